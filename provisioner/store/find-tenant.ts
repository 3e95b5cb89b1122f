import type { TenantId } from '../../tenancy/ids.ts';
import type { TenantView } from '../../tenancy/tenant-view.ts';
import { TENANT_COLUMNS, type TenantRow, toTenantView } from './tenant-row.ts';
import type { Queryable } from './transaction.ts';

/** The tenant with this id, or undefined. */
export async function findTenant(db: Queryable, id: TenantId): Promise<TenantView | undefined> {
  const { rows } = await db.query<TenantRow>(`SELECT ${TENANT_COLUMNS} FROM tenants WHERE id = $1`, [id]);
  return rows[0] && toTenantView(rows[0]);
}
