/**
 * Identities. A tenant id never changes and carries nothing of the customer; every other name of a tenant
 * derives from it (names.ts).
 */
import { z } from 'zod';

/** Crockford's base32 in lower case: no i, l, o, u, so an id survives being read aloud. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARACTERS = 10;
const RANDOM_CHARACTERS = 10;

export const tenantIdSchema = z
  .string()
  .regex(/^t_[0-9a-hjkmnp-tv-z]{20}$/, 'must be "t_" and 20 characters of base32')
  .brand<'TenantId'>();
/** `t_` and 20 characters of time-ordered base32: 50 bits of milliseconds, then 50 random bits. */
export type TenantId = z.infer<typeof tenantIdSchema>;

export const operationIdSchema = z
  .string()
  .regex(/^op_[0-9a-hjkmnp-tv-z]{20}$/, 'must be "op_" and 20 characters of base32')
  .brand<'OperationId'>();
/** `op_` and 20 characters of time-ordered base32. */
export type OperationId = z.infer<typeof operationIdSchema>;

/** A new tenant id; ids made in later milliseconds sort after earlier ones. */
export function newTenantId(now: Date = new Date()): TenantId {
  return tenantIdSchema.parse(`t_${timeOrderedBase32(now)}`);
}

/** A new operation id; ids made in later milliseconds sort after earlier ones. */
export function newOperationId(now: Date = new Date()): OperationId {
  return operationIdSchema.parse(`op_${timeOrderedBase32(now)}`);
}

function timeOrderedBase32(now: Date): string {
  let milliseconds = now.getTime();
  let time = '';
  for (let index = 0; index < TIME_CHARACTERS; index += 1) {
    time = ALPHABET.charAt(milliseconds % 32) + time;
    milliseconds = Math.floor(milliseconds / 32);
  }
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_CHARACTERS));
  return time + Array.from(bytes, (byte) => ALPHABET.charAt(byte % 32)).join('');
}
