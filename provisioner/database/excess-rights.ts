import type { ClientBase } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { currentDatabase } from './application-role.ts';
import { closePublic } from './prepare-cell.ts';
import { SCHEMA_RELATIONS } from './schema-relations.ts';
import { BOOKKEEPING, SEQUENCE_RIGHTS, schemaRights, TABLE_RIGHTS } from './tenant-rights.ts';

/**
 * Statements that take away rights beyond the design's: of anyone on the tenant's schema and what it holds, of the
 * tenant's role on anything else, of PUBLIC in this database. Only on what is ours: verifyTenantDatabase names the rest.
 */
export async function excessRightsSql(client: ClientBase, spec: TenantSpec): Promise<string[]> {
  const { rows } = await client.query<{ statement: string }>(
    `${WITHIN_SCHEMA} UNION ALL ${OUTSIDE_SCHEMA} ORDER BY statement`,
    [spec.schema, spec.role, schemaRights(spec), TABLE_RIGHTS, SEQUENCE_RIGHTS, BOOKKEEPING],
  );
  return [...rows.map((row) => row.statement), ...(await publicExcess(client))];
}

const WITHIN_SCHEMA = `
  SELECT format('REVOKE %s ON %s FROM %s CASCADE', privilege_type, object,
    CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END) AS statement
  FROM (
    SELECT format('SCHEMA %I', nspname) AS object, nspacl AS rights, nspowner AS owner, $3::text[] AS wished
    FROM pg_namespace WHERE nspname = $1
    UNION ALL
    SELECT format('%s %I.%I', CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, $1, relname), relacl, relowner,
      CASE WHEN relname = ANY ($6) THEN '{}' WHEN relkind = 'S' THEN $5::text[] ELSE $4::text[] END
    FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND oid = ANY (ARRAY(${SCHEMA_RELATIONS}))
  ) AS held CROSS JOIN LATERAL aclexplode(rights)
  WHERE owner = current_user::regrole AND grantee <> owner
    AND NOT (grantee = to_regrole(quote_ident($2)) AND privilege_type = ANY (wished))`;

/** PostgreSQL keeps in one table which objects name a role in their rights, and who owns them. */
const OUTSIDE_SCHEMA = `
  SELECT format('REVOKE ALL ON %s %s FROM %I CASCADE', CASE classid WHEN 'pg_class'::regclass THEN 'TABLE'
    WHEN 'pg_proc'::regclass THEN 'ROUTINE' ELSE upper(object.type) END, object.identity, $2)
  FROM pg_shdepend AS held CROSS JOIN LATERAL pg_identify_object(classid, objid, 0) AS object
  WHERE refclassid = 'pg_authid'::regclass AND refobjid = to_regrole(quote_ident($2)) AND deptype = 'a'
    AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    AND classid IN ('pg_namespace'::regclass, 'pg_class'::regclass, 'pg_proc'::regclass, 'pg_database'::regclass,
      'pg_largeobject'::regclass)
    AND coalesce(object.schema, object.identity) <> quote_ident($1)
    -- As a value: a join would read all that we own.
    AND current_user::regrole = (SELECT refobjid FROM pg_shdepend AS owned
      WHERE (owned.dbid, owned.classid, owned.objid) = (held.dbid, held.classid, held.objid) AND owned.deptype = 'o')`;

async function publicExcess(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ open: boolean }>(
    `SELECT has_database_privilege('public', current_database(), 'CONNECT, CREATE, TEMPORARY')
       OR has_schema_privilege('public', to_regnamespace('public'), 'USAGE, CREATE') AS open`,
  );
  return rows[0]?.open ? [closePublic(await currentDatabase(client))] : [];
}
