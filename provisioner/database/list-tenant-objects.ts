/** What carries a tenant's proof of ownership, for finding what no row of the control database owns. */
import type { Pool } from 'pg';
import type { TenantId } from '../../tenancy/ids.ts';
import { ownerOf } from './ownership.ts';

/** The tenants' schemas of this database, by name. */
export async function listTenantSchemas(pool: Pool): Promise<{ tenantId: TenantId; schema: string }[]> {
  const { rows } = await pool.query<{ name: string; comment: string | null }>(
    `SELECT nspname AS name, obj_description(oid, 'pg_namespace') AS comment FROM pg_namespace ORDER BY nspname`,
  );
  return rows.flatMap(({ name, comment }) => {
    const tenantId = ownerOf(comment);
    return tenantId === undefined ? [] : [{ tenantId, schema: name }];
  });
}

/** The tenants' roles of the whole server, by name: databases that share it share its roles. */
export async function listTenantRoles(pool: Pool): Promise<{ tenantId: TenantId; role: string }[]> {
  const { rows } = await pool.query<{ name: string; comment: string | null }>(
    `SELECT rolname AS name, shobj_description(oid, 'pg_authid') AS comment FROM pg_roles ORDER BY rolname`,
  );
  return rows.flatMap(({ name, comment }) => {
    const tenantId = ownerOf(comment);
    return tenantId === undefined ? [] : [{ tenantId, role: name }];
  });
}
