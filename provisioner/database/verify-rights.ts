import type { Pool } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { SCHEMA_RELATIONS } from './schema-relations.ts';
import { BOOKKEEPING, SEQUENCE_RIGHTS, TABLE_RIGHTS } from './tenant-rights.ts';

interface Relation {
  readonly name: string;
  readonly sequence: boolean;
  readonly ours: boolean;
  /** Rights of the tenant's role. */
  readonly rights: string[];
  /** Others, PUBLIC among them, who have any right. */
  readonly others: string[];
}

/** Problems of the rights on what the tenant's schema holds: each table and sequence has those of the design. */
export async function verifyRights(pool: Pool, spec: TenantSpec): Promise<string[]> {
  const { rows } = await pool.query<Relation>(
    `SELECT relname AS name, relkind = 'S' AS sequence, relowner = current_user::regrole AS ours,
       ARRAY(SELECT privilege_type FROM aclexplode(relacl)
         WHERE grantee = to_regrole(quote_ident($2)) ORDER BY 1) AS rights,
       ARRAY(SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END
         FROM aclexplode(relacl)
         WHERE grantee <> relowner AND grantee IS DISTINCT FROM to_regrole(quote_ident($2))) AS others
     FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND oid = ANY (ARRAY(${SCHEMA_RELATIONS}))
     ORDER BY relname`,
    [spec.schema, spec.role],
  );
  return rows.flatMap((relation) => relationProblems(relation, spec));
}

function relationProblems(relation: Relation, spec: TenantSpec): string[] {
  const name = `${spec.schema}.${relation.name}`;
  const wished = wishedRights(relation).toSorted().join(', ');
  const found = relation.rights.join(', ');
  return [
    !relation.ours && `${name} belongs to another role than the landlord's`,
    wished !== found && `role ${spec.role} has the rights (${found}) instead of (${wished}) on ${name}`,
    ...relation.others.map((other) => `${name} is open to ${other}`),
  ].filter((problem) => problem !== false);
}

function wishedRights(relation: Relation): readonly string[] {
  if (BOOKKEEPING.includes(relation.name)) return [];
  return relation.sequence ? SEQUENCE_RIGHTS : TABLE_RIGHTS;
}
