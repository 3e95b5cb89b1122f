/** How operations and their steps are read. */
import { type OperationView, operationViewSchema } from '../../tenancy/tenant-view.ts';
import { instant } from './instant.ts';
import type { Queryable } from './transaction.ts';

const STEPS = `
  SELECT coalesce(json_agg(json_build_object(
    'name', name, 'attempt', attempt, 'state', state, 'error', error,
    'startedAt', ${instant('started_at')}, 'finishedAt', ${instant('finished_at')}
  ) ORDER BY started_at, name), '[]')
  FROM operation_steps WHERE operation_id = operations.id`;

/** Operations that match `condition`, whose only parameter is `$1`; newest first. */
export async function readOperations(
  db: Queryable,
  condition: 'operations.id = $1' | 'operations.tenant_id = $1',
  parameter: string,
): Promise<OperationView[]> {
  const { rows } = await db.query(
    `SELECT id, tenant_id AS "tenantId", kind, state, reason, ${instant('created_at')} AS "createdAt",
            ${instant('started_at')} AS "startedAt", ${instant('finished_at')} AS "finishedAt",
            (${STEPS}) AS steps
     FROM operations WHERE ${condition} ORDER BY generation DESC`,
    [parameter],
  );
  return operationViewSchema.array().parse(rows);
}
