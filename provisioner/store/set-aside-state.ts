import { FENCE_HOLDS, fenceParameters, requireFenced } from './fenced.ts';
import type { LeasedTenant } from './take-lease.ts';
import type { Queryable } from './transaction.ts';

/**
 * Takes a stack state that can't be read away from its tenant and keeps it, so that the next run starts without one.
 * @throws LeaseLostError when the lease has ended; then nothing changed
 */
export async function setAsideState(db: Queryable, tenant: LeasedTenant, reason: string): Promise<void> {
  const { rowCount } = await db.query(
    `WITH kept AS (
       INSERT INTO set_aside_states (tenant_id, state, reason)
       SELECT id, stack_state, $4 FROM tenants WHERE ${FENCE_HOLDS} AND stack_state IS NOT NULL
     )
     UPDATE tenants SET stack_state = NULL WHERE ${FENCE_HOLDS}`,
    [...fenceParameters(tenant.wish.id, tenant.fence), reason],
  );
  requireFenced(rowCount, tenant.wish.id, tenant.fence);
}
