import { FENCE_HOLDS, fenceParameters, requireFenced } from './fenced.ts';
import type { LeasedTenant } from './take-lease.ts';
import type { Queryable } from './transaction.ts';

/**
 * Hands the tenant back after a failed attempt; the sweeper wakes it when `delayMs` is over.
 * @throws LeaseLostError when the lease has ended; then nothing changed
 */
export async function scheduleRetry(
  db: Queryable,
  tenant: LeasedTenant,
  retry: { readonly reason: string; readonly delayMs: number },
): Promise<void> {
  const { rowCount } = await db.query(
    `UPDATE tenants SET attempts = attempts + 1, reason = $4, lease_holder = NULL, lease_expires_at = NULL,
       retry_at = clock_timestamp() + $5 * interval '1 millisecond'
     WHERE ${FENCE_HOLDS}`,
    [...fenceParameters(tenant.wish.id, tenant.fence), retry.reason, retry.delayMs],
  );
  requireFenced(rowCount, tenant.wish.id, tenant.fence);
}
