import { FENCE_HOLDS, fenceParameters, requireFenced } from './fenced.ts';
import type { LeasedTenant } from './take-lease.ts';
import type { Queryable } from './transaction.ts';

/**
 * Ends the operation and the tenant's journey as failed, with a reason for people, and ends the lease. When another wish
 * came meanwhile only the operation has failed: the new wish is taken up.
 * @throws LeaseLostError when the lease has ended; then nothing changed
 */
export async function markFailed(db: Queryable, tenant: LeasedTenant, reason: string): Promise<void> {
  const { rowCount } = await db.query(
    `WITH failed AS (
       UPDATE tenants SET
         state = CASE WHEN generation > $6 THEN state ELSE 'failed' END,
         reason = CASE WHEN generation > $6 THEN NULL ELSE $4 END,
         attempts = CASE WHEN generation > $6 THEN 0 ELSE attempts + 1 END,
         lease_holder = NULL, lease_expires_at = NULL
       WHERE ${FENCE_HOLDS} RETURNING id, state
     ), event AS (
       INSERT INTO events (tenant_id, kind, detail)
       SELECT id, 'tenant.failed', jsonb_build_object('reason', $4::text) FROM failed WHERE state = 'failed'
     )
     UPDATE operations SET state = 'failed', reason = $4, finished_at = clock_timestamp()
     FROM failed WHERE operations.id = $5`,
    [...fenceParameters(tenant.wish.id, tenant.fence), reason, tenant.operationId, tenant.generation],
  );
  requireFenced(rowCount, tenant.wish.id, tenant.fence);
}
