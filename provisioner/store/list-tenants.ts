import type { TenantId } from '../../tenancy/ids.ts';
import type { TenantView } from '../../tenancy/tenant-view.ts';
import { TENANT_COLUMNS, type TenantRow, toTenantView } from './tenant-row.ts';
import type { Queryable } from './transaction.ts';

export interface TenantFilter {
  readonly slug?: string;
  /** Only tenants whose id sorts after this one: the cursor of the next page. */
  readonly after?: TenantId;
  readonly limit: number;
}

/** Tenants in the order of their ids, which is the order they were made in. */
export async function listTenants(db: Queryable, filter: TenantFilter): Promise<TenantView[]> {
  const { rows } = await db.query<TenantRow>(
    `SELECT ${TENANT_COLUMNS} FROM tenants
     WHERE ($1::text IS NULL OR slug = $1) AND ($2::text IS NULL OR id > $2)
     ORDER BY id LIMIT $3`,
    [filter.slug ?? null, filter.after ?? null, filter.limit],
  );
  return rows.map(toTenantView);
}
