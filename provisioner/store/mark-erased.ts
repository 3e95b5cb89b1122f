import { FENCE_HOLDS, fenceParameters, requireFenced } from './fenced.ts';
import type { LeasedTenant } from './take-lease.ts';
import type { Queryable } from './transaction.ts';

/**
 * The moment a tenant is gone: what the row held of the customer is blanked, its keys are forgotten, and only id, slug, plan
 * and times stay as a tombstone. Ends the lease.
 * @throws LeaseLostError when the lease has ended; then nothing changed
 */
export async function markErased(db: Queryable, tenant: LeasedTenant): Promise<void> {
  const { rowCount } = await db.query(
    `WITH erased AS (
       UPDATE tenants SET state = 'deleted', reason = NULL, observed_generation = generation, attempts = 0,
         company = '', email = '', overrides = '{}', stack_state = NULL, schema_version = NULL,
         erased_at = clock_timestamp(), lease_holder = NULL, lease_expires_at = NULL
       WHERE ${FENCE_HOLDS} RETURNING id
     ), forgotten AS (
       DELETE FROM idempotency_keys USING erased WHERE tenant_id = erased.id
     ), dropped AS (
       DELETE FROM set_aside_states USING erased WHERE tenant_id = erased.id
     ), ended AS (
       UPDATE drift_findings SET ended_at = clock_timestamp()
       FROM erased WHERE tenant_id = erased.id AND ended_at IS NULL
     ), event AS (
       INSERT INTO events (tenant_id, kind) SELECT id, 'tenant.deleted' FROM erased
     )
     UPDATE operations SET state = 'succeeded', reason = NULL, finished_at = clock_timestamp()
     FROM erased WHERE operations.id = $4`,
    [...fenceParameters(tenant.wish.id, tenant.fence), tenant.operationId],
  );
  requireFenced(rowCount, tenant.wish.id, tenant.fence);
}
