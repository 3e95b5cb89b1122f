import type { TenantId } from '../../tenancy/ids.ts';
import type { Queryable } from './transaction.ts';

export interface AuditEntry {
  /** Who: `api:…`, `queue:signups`, `worker:…`, `sweeper`, `drift` or `anonymous`. */
  readonly actor: string;
  readonly action: string;
  /** Null for what is about no tenant. */
  readonly tenantId: TenantId | null;
  readonly requestId: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Adds one row to the audit log, in the transaction of what it records. */
export async function appendAudit(db: Queryable, entry: AuditEntry): Promise<void> {
  await db.query(
    'INSERT INTO audit (actor, action, tenant_id, request_id, detail) VALUES ($1, $2, $3, $4, $5)',
    [entry.actor, entry.action, entry.tenantId, entry.requestId, JSON.stringify(entry.detail ?? {})],
  );
}
