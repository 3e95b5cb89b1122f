import type { TenantId } from '../../tenancy/ids.ts';
import { tenantIdSchema } from '../../tenancy/ids.ts';
import type { Queryable } from './transaction.ts';

export interface KeyClaim {
  /** Who sent the key; keys of different callers never meet. */
  readonly caller: string;
  readonly key: string;
  readonly bodySha256: Buffer;
  /** The tenant that the key will stand for when it is new. */
  readonly tenantId: TenantId;
}

export type KeyClaimed =
  | { readonly result: 'new' }
  | { readonly result: 'known'; readonly tenantId: TenantId }
  | { readonly result: 'reused' };

/**
 * Claims an idempotency key inside the caller's transaction. A second claim of the same key waits until the first
 * transaction has ended: `known` when its body was the same, `reused` when it was another.
 */
export async function claimKey(db: Queryable, claim: KeyClaim): Promise<KeyClaimed> {
  const inserted = await db.query(
    `INSERT INTO idempotency_keys (caller, key, body_sha256, tenant_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [claim.caller, claim.key, claim.bodySha256, claim.tenantId],
  );
  if (inserted.rowCount === 1) return { result: 'new' };
  const { rows } = await db.query<{ body_sha256: Buffer; tenant_id: string }>(
    'SELECT body_sha256, tenant_id FROM idempotency_keys WHERE caller = $1 AND key = $2',
    [claim.caller, claim.key],
  );
  const [known] = rows;
  if (!known?.body_sha256.equals(claim.bodySha256)) return { result: 'reused' };
  return { result: 'known', tenantId: tenantIdSchema.parse(known.tenant_id) };
}
