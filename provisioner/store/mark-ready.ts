import { FENCE_HOLDS, fenceParameters, requireFenced } from './fenced.ts';
import type { LeasedTenant } from './take-lease.ts';
import type { Queryable } from './transaction.ts';

/** What the steps made of the wish. */
export interface Realised {
  readonly schemaVersion: string;
  /** The tenant's new Pulumi state, compressed. */
  readonly stackState: Buffer;
}

/**
 * The moment a tenant becomes ready: its new Pulumi state, observed generation, operation and event are one fenced
 * update, which also ends the lease. What drift was found has ended too: all was verified.
 * @throws LeaseLostError when the lease has ended; then nothing changed
 */
export async function markReady(db: Queryable, tenant: LeasedTenant, realised: Realised): Promise<void> {
  const { rowCount } = await db.query(
    `WITH promoted AS (
       UPDATE tenants SET observed_generation = $4, attempts = 0,
         state = CASE WHEN erase_after IS NOT NULL THEN 'deleting' WHEN generation > $4 THEN 'updating'
           WHEN wanted = 'suspended' THEN 'suspended' ELSE 'ready' END, reason = NULL,
         schema_version = $5, stack_state = $6, ready_at = coalesce(ready_at, clock_timestamp()),
         lease_holder = NULL, lease_expires_at = NULL
       WHERE ${FENCE_HOLDS} RETURNING id, state
     ), event AS (
       INSERT INTO events (tenant_id, kind) SELECT id, 'tenant.' || state FROM promoted
     ), mended AS (
       UPDATE drift_findings SET ended_at = clock_timestamp()
       FROM promoted WHERE tenant_id = promoted.id AND ended_at IS NULL
     )
     UPDATE operations SET state = 'succeeded', reason = NULL, finished_at = clock_timestamp()
     FROM promoted WHERE operations.id = $7`,
    [
      ...fenceParameters(tenant.wish.id, tenant.fence),
      tenant.generation,
      realised.schemaVersion,
      realised.stackState,
      tenant.operationId,
    ],
  );
  requireFenced(rowCount, tenant.wish.id, tenant.fence);
}
