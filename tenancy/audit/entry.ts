import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, type Json } from './canonical-json.ts';

/** One row of the audit log. Its fields may hold anything: a forged row must reach the verifier, not fail to parse. */
export const auditEntrySchema = z.strictObject({
  id: z.int(),
  /** ISO 8601 in UTC, to the microsecond. */
  at: z.string(),
  /** Who: `api:…`, `queue:…`, `worker:…`, `sweeper`, or `anonymous`. */
  actor: z.string(),
  action: z.string(),
  tenantId: z.string().nullable(),
  requestId: z.string(),
  // As JSON.parse made it: a schema would drop a member named __proto__, which someone may have slipped in.
  detail: z.custom<Json>((value) => value !== undefined),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** `GET /v1/audit/entries` */
export const auditEntryPageSchema = z.object({
  items: z.array(auditEntrySchema),
  /** The `after` of the next page; null on the last. */
  next: z.int().nullable(),
});
export type AuditEntryPage = z.infer<typeof auditEntryPageSchema>;

/** SHA-256, in hexadecimal, of all that an entry says. Its id is left out: the seal says which entry said it. */
export function digestOf({ id: _sealedBeside, ...said }: AuditEntry): string {
  return createHash('sha256').update(canonicalJson(said)).digest('hex');
}
