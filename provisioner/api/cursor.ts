/** Opaque cursors: clients hand them back as they got them, so what they hold may change. */
import { InvalidInputError } from '../../tenancy/errors.ts';
import { type TenantId, tenantIdSchema } from '../../tenancy/ids.ts';

/** The cursor for the page after this tenant. */
export function encodeCursor(last: TenantId): string {
  return Buffer.from(last, 'latin1').toString('base64url');
}

/** @throws InvalidInputError when the cursor is not one that encodeCursor made */
export function decodeCursor(cursor: string): TenantId {
  const decoded = tenantIdSchema.safeParse(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (!decoded.success || encodeCursor(decoded.data) !== cursor) {
    throw new InvalidInputError([{ field: 'cursor', rule: 'must be the "next" of an earlier page' }]);
  }
  return decoded.data;
}
