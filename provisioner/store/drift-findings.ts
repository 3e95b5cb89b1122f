/** What scans found wrong with tenants. */
import { type DriftFinding, driftFindingSchema } from '../../tenancy/drift-view.ts';
import type { OperationId, TenantId } from '../../tenancy/ids.ts';
import { instant } from './instant.ts';
import type { Queryable } from './transaction.ts';

/** Writes what a look at a tenant found: what is new, what still holds, and the end of what is gone. */
export async function recordFindings(
  db: Queryable,
  tenantId: TenantId,
  problems: readonly string[],
): Promise<void> {
  await db.query(
    `WITH gone AS (
       UPDATE drift_findings SET ended_at = clock_timestamp()
       WHERE tenant_id = $1 AND ended_at IS NULL AND problem <> ALL ($2::text[])
     )
     INSERT INTO drift_findings (tenant_id, problem) SELECT DISTINCT $1, problem FROM unnest($2::text[]) AS problem
     ON CONFLICT (tenant_id, problem) WHERE ended_at IS NULL DO UPDATE SET last_seen_at = clock_timestamp()`,
    [tenantId, problems],
  );
}

/** Notes which operation is to mend what was found. */
export async function noteRepair(db: Queryable, tenantId: TenantId, repairId: OperationId): Promise<void> {
  await db.query('UPDATE drift_findings SET repair_id = $2 WHERE tenant_id = $1 AND ended_at IS NULL', [
    tenantId,
    repairId,
  ]);
}

export interface FindingQuery {
  /** Only findings with a greater id. */
  readonly after: number;
  /** Those that have ended, too. */
  readonly ended: boolean;
  readonly limit: number;
}

/** Findings, the oldest first. */
export async function readFindings(db: Queryable, query: FindingQuery): Promise<DriftFinding[]> {
  const { rows } = await db.query(
    `SELECT drift_findings.id::float8 AS id, tenant_id AS "tenantId", slug, problem,
       ${instant('found_at')} AS "foundAt", ${instant('last_seen_at')} AS "lastSeenAt",
       ${instant('ended_at')} AS "endedAt", repair_id AS "repairId"
     FROM drift_findings JOIN tenants ON tenants.id = tenant_id
     WHERE drift_findings.id > $1 AND ($2 OR ended_at IS NULL) ORDER BY drift_findings.id LIMIT $3`,
    [query.after, query.ended, query.limit],
  );
  return driftFindingSchema.array().parse(rows);
}
