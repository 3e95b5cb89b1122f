import type { Fence } from '../../tenancy/fence.ts';
import type { OperationId, TenantId } from '../../tenancy/ids.ts';
import { FENCE_HOLDS, fenceParameters, requireFenced } from './fenced.ts';
import type { Queryable } from './transaction.ts';

export interface FinishedStep {
  readonly tenantId: TenantId;
  readonly fence: Fence;
  readonly operationId: OperationId;
  readonly name: string;
  readonly attempt: number;
  /** Why the attempt failed; null when it succeeded. */
  readonly error: string | null;
}

/** Journals how a step's attempt ended. @throws LeaseLostError when the lease has ended */
export async function finishStep(db: Queryable, step: FinishedStep): Promise<void> {
  const { rowCount } = await db.query(
    `UPDATE operation_steps SET finished_at = clock_timestamp(), error = $7,
       state = CASE WHEN $7::text IS NULL THEN 'succeeded' ELSE 'failed' END
     FROM tenants
     WHERE operation_id = $4 AND name = $5 AND attempt = $6 AND ${FENCE_HOLDS}`,
    [...fenceParameters(step.tenantId, step.fence), step.operationId, step.name, step.attempt, step.error],
  );
  requireFenced(rowCount, step.tenantId, step.fence);
}
