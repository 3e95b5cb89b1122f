import type { Fence } from '../../tenancy/fence.ts';
import type { OperationId, TenantId } from '../../tenancy/ids.ts';
import { FENCE_HOLDS, fenceParameters, requireFenced } from './fenced.ts';
import type { Queryable } from './transaction.ts';

/**
 * Journals that a step begins. An attempt that a dead worker left open is closed as failed.
 * @returns the number of this attempt, from 1
 * @throws LeaseLostError when the lease has ended
 */
export async function startStep(
  db: Queryable,
  step: { tenantId: TenantId; fence: Fence; operationId: OperationId; name: string },
): Promise<number> {
  const { rows, rowCount } = await db.query<{ attempt: number }>(
    `WITH abandoned AS (
       UPDATE operation_steps SET state = 'failed', finished_at = clock_timestamp(),
         error = 'the worker that ran this attempt ended before it did'
       FROM tenants
       WHERE operation_id = $4 AND name = $5 AND operation_steps.state = 'running' AND ${FENCE_HOLDS}
     )
     INSERT INTO operation_steps (operation_id, name, attempt)
     SELECT $4, $5, 1 + (SELECT count(*) FROM operation_steps WHERE operation_id = $4 AND name = $5)
     FROM tenants WHERE ${FENCE_HOLDS} RETURNING attempt`,
    [...fenceParameters(step.tenantId, step.fence), step.operationId, step.name],
  );
  requireFenced(rowCount, step.tenantId, step.fence);
  return rows[0]?.attempt ?? 1;
}
