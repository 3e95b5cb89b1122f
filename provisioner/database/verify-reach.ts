import type { Pool } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';

/** Anything that the tenant's role owns, or has a right on, outside its schema; and what PUBLIC opens to it. */
export async function verifyReach(pool: Pool, spec: TenantSpec): Promise<string[]> {
  const { rows } = await pool.query<{ problem: string }>(`${OWN_REACH} UNION ALL ${PUBLIC_REACH}`, [
    spec.role,
    spec.schema,
  ]);
  return rows.map((row) => row.problem);
}

/** PostgreSQL itself keeps, for all databases, which objects name a role as owner or in their rights. */
const OWN_REACH = `
  SELECT format('role %s %s %s', $1::text, CASE deptype WHEN 'o' THEN 'owns' ELSE 'has rights on' END,
    CASE WHEN dbid IN (0, here.oid) THEN pg_describe_object(classid, objid, 0)
      ELSE format('an object of database %s', (SELECT datname FROM pg_database WHERE oid = dbid)) END) AS problem
  FROM pg_shdepend AS dependency CROSS JOIN (SELECT oid FROM pg_database WHERE datname = current_database()) AS here
  WHERE refclassid = 'pg_authid'::regclass AND refobjid = to_regrole(quote_ident($1))
    AND NOT (deptype = 'a' AND dbid = here.oid AND to_regnamespace(quote_ident($2)) = CASE classid
      WHEN 'pg_namespace'::regclass THEN objid
      WHEN 'pg_class'::regclass THEN (SELECT relnamespace FROM pg_class WHERE oid = objid)
      WHEN 'pg_proc'::regclass THEN (SELECT pronamespace FROM pg_proc WHERE oid = objid)
      WHEN 'pg_default_acl'::regclass THEN (SELECT defaclnamespace FROM pg_default_acl WHERE oid = objid)
      ELSE 0 END)`;

const PUBLIC_REACH = `
  SELECT format('role %s may use schema %s', $1::text, nspname) FROM pg_namespace
  WHERE nspname NOT IN ($2, 'pg_catalog', 'information_schema')
    AND has_schema_privilege(to_regrole(quote_ident($1)), oid, 'USAGE')
  UNION ALL
  SELECT format('role %s may make %s in database %s', $1::text, what, current_database())
  FROM (VALUES ('CREATE', 'schemas'), ('TEMPORARY', 'temporary tables')) AS rights (name, what)
  WHERE has_database_privilege(to_regrole(quote_ident($1)), current_database(), name)`;
