/** Requests for drift scans and what became of them; a worker takes them up. */
import { type DriftScan, driftScanSchema } from '../../tenancy/drift-view.ts';
import { instant } from './instant.ts';
import type { Queryable } from './transaction.ts';

const COLUMNS = `id::float8 AS id, requested_by AS "requestedBy", ${instant('requested_at')} AS "requestedAt",
  ${instant('started_at')} AS "startedAt", ${instant('finished_at')} AS "finishedAt", tenants, drifted, unseen`;

/** What a scan saw. */
export interface ScanCounts {
  readonly tenants: number;
  readonly drifted: number;
  readonly unseen: number;
}

/** Asks for a scan. One that begins later answers all requests made before it. */
export async function requestScan(db: Queryable, by: string): Promise<DriftScan> {
  const { rows } = await db.query(`INSERT INTO drift_scans (requested_by) VALUES ($1) RETURNING ${COLUMNS}`, [
    by,
  ]);
  return driftScanSchema.parse(rows[0]);
}

/** Asks for a scan on behalf of the schedule, unless one ended within the interval or is asked for already. */
export async function requestScheduledScan(db: Queryable, intervalMinutes: number): Promise<void> {
  await db.query(
    `INSERT INTO drift_scans (requested_by) SELECT 'schedule' WHERE NOT EXISTS (
       SELECT FROM drift_scans
       WHERE finished_at IS NULL OR finished_at > clock_timestamp() - $1 * interval '1 minute')`,
    [intervalMinutes],
  );
}

/** Marks every request that is not answered yet as begun, those of a worker that died too. @returns their ids */
export async function beginScans(db: Queryable): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `UPDATE drift_scans SET started_at = clock_timestamp() WHERE finished_at IS NULL RETURNING id::float8 AS id`,
  );
  return rows.map(({ id }) => id);
}

export async function finishScans(db: Queryable, ids: readonly number[], counts: ScanCounts): Promise<void> {
  await db.query(
    `UPDATE drift_scans SET finished_at = clock_timestamp(), tenants = $2, drifted = $3, unseen = $4
     WHERE id = ANY ($1)`,
    [ids, counts.tenants, counts.drifted, counts.unseen],
  );
}

export async function findScan(db: Queryable, id: number): Promise<DriftScan | undefined> {
  const { rows } = await db.query(`SELECT ${COLUMNS} FROM drift_scans WHERE id = $1`, [id]);
  return driftScanSchema.optional().parse(rows[0]);
}

export async function lastFinishedScan(db: Queryable): Promise<DriftScan | null> {
  const { rows } = await db.query(
    `SELECT ${COLUMNS} FROM drift_scans WHERE finished_at IS NOT NULL ORDER BY drift_scans.finished_at DESC LIMIT 1`,
  );
  return driftScanSchema.nullable().parse(rows[0] ?? null);
}
