import type { TenantId } from '../../tenancy/ids.ts';
import type { Queryable } from './transaction.ts';

export type ErasureApproved =
  | { readonly result: 'approved' }
  | { readonly result: 'unknown' }
  /** No erasure is to come: the tenant is not being deleted, or its erasure has begun. */
  | { readonly result: 'nothing to approve' }
  /** Who asked for the deletion can't approve it as well. */
  | { readonly result: 'same person' };

/** Lets a tenant's erasure begin beyond the hourly bound once its grace has ended. Run it in a transaction. */
export async function approveErasure(db: Queryable, id: TenantId, by: string): Promise<ErasureApproved> {
  const { rows } = await db.query<{ awaited: boolean; erasure_requested_by: string | null }>(
    `SELECT wanted <> 'erased' AND erase_after IS NOT NULL AS awaited, erasure_requested_by
     FROM tenants WHERE id = $1 FOR UPDATE`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) return { result: 'unknown' };
  if (!row.awaited) return { result: 'nothing to approve' };
  if (row.erasure_requested_by === by) return { result: 'same person' };
  await db.query('UPDATE tenants SET erasure_approved_by = $2, reason = NULL WHERE id = $1', [id, by]);
  return { result: 'approved' };
}
