import { FENCE_HOLDS, fenceParameters, requireFenced } from './fenced.ts';
import type { LeasedTenant } from './take-lease.ts';
import type { Queryable } from './transaction.ts';

/**
 * Hands the tenant back after a failed attempt; the sweeper wakes it when `delayMs` is over, or at once when another
 * wish came meanwhile.
 * @throws LeaseLostError when the lease has ended; then nothing changed
 */
export async function scheduleRetry(
  db: Queryable,
  tenant: LeasedTenant,
  retry: { readonly reason: string; readonly delayMs: number },
): Promise<void> {
  const { rowCount } = await db.query(
    `UPDATE tenants SET lease_holder = NULL, lease_expires_at = NULL,
       attempts = CASE WHEN generation > $6 THEN 0 ELSE attempts + 1 END,
       reason = CASE WHEN generation > $6 THEN NULL ELSE $4 END,
       retry_at = CASE WHEN generation > $6 THEN retry_at
         ELSE clock_timestamp() + $5 * interval '1 millisecond' END
     WHERE ${FENCE_HOLDS}`,
    [...fenceParameters(tenant.wish.id, tenant.fence), ...[retry.reason, retry.delayMs, tenant.generation]],
  );
  requireFenced(rowCount, tenant.wish.id, tenant.fence);
}
