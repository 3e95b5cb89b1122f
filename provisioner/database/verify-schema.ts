import type { Pool } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { ownershipComment } from './ownership.ts';
import { schemaRights } from './tenant-rights.ts';

/** Problems of the schema itself: whose it is, and who may enter it. */
export async function verifySchema(pool: Pool, spec: TenantSpec): Promise<string[]> {
  const { rows } = await pool.query<{
    comment: string | null;
    owner: string;
    ours: boolean;
    rights: string[];
  }>(
    `SELECT obj_description(oid, 'pg_namespace') AS comment,
       nspowner::regrole::text AS owner, nspowner = current_user::regrole AS ours,
       ARRAY(SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END || ':' || privilege_type
         FROM aclexplode(nspacl) WHERE grantee <> nspowner) AS rights
     FROM pg_namespace WHERE nspname = $1`,
    [spec.schema],
  );
  const [schema] = rows;
  if (schema === undefined) return [`schema ${spec.schema} is missing`];
  const wished = schemaRights(spec).map((right) => `${spec.role}:${right}`);
  const expected = ownershipComment(spec.id);
  return [
    schema.comment !== expected &&
      `schema ${spec.schema} has the comment ${JSON.stringify(schema.comment)} instead of ${JSON.stringify(expected)}`,
    !schema.ours && `schema ${spec.schema} belongs to ${schema.owner}`,
    ...schemaRights(spec)
      .filter((right) => !schema.rights.includes(`${spec.role}:${right}`))
      .map((right) => `role ${spec.role} has no ${right} on schema ${spec.schema}`),
    ...schema.rights
      .filter((right) => !wished.includes(right))
      .map((right) => `schema ${spec.schema} grants what it should not (${right})`),
  ].filter((problem) => problem !== false);
}
