/** Reads the audit log, by id. */
import { type AuditEntry, auditEntrySchema } from '../../tenancy/audit/entry.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import type { Queryable } from './transaction.ts';

export interface AuditQuery {
  /** Only entries with a greater id. */
  readonly after?: number;
  /** Only entries up to this id. */
  readonly upTo?: number;
  readonly tenantId?: TenantId;
  readonly limit: number;
}

const SELECT = `
  SELECT id::float8 AS id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, actor, action,
    tenant_id AS "tenantId", request_id AS "requestId", detail
  FROM audit
  WHERE ($1::bigint IS NULL OR id > $1) AND ($2::bigint IS NULL OR id <= $2) AND ($3::text IS NULL OR tenant_id = $3)
  ORDER BY audit.id LIMIT $4`;

export async function readAuditEntries(db: Queryable, query: AuditQuery): Promise<AuditEntry[]> {
  const { after = null, upTo = null, tenantId = null, limit } = query;
  const { rows } = await db.query(SELECT, [after, upTo, tenantId, limit]);
  return auditEntrySchema.array().parse(rows);
}

/** The id of the newest entry that can be seen now; 0 when there is none. */
export async function newestAuditEntry(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ id: number }>('SELECT coalesce(max(id), 0)::float8 AS id FROM audit');
  return rows[0]?.id ?? 0;
}
