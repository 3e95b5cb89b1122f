import type { Pool } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { ownershipComment } from './ownership.ts';

interface RoleFacts {
  readonly comment: string | null;
  readonly login: boolean;
  readonly powerful: boolean;
  readonly member_of: string[];
  readonly reachable: boolean;
  readonly others: string[];
}

/** Problems of the role itself: whose it is, what it may do on the server, and who may become it. */
export async function verifyRole(pool: Pool, spec: TenantSpec, application: string): Promise<string[]> {
  const { rows } = await pool.query<RoleFacts>(
    `SELECT shobj_description(oid, 'pg_authid') AS comment, rolcanlogin AS login,
       rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS powerful,
       ARRAY(SELECT roleid::regrole::text FROM pg_auth_members WHERE member = tenant.oid) AS member_of,
       EXISTS (SELECT FROM pg_auth_members WHERE roleid = tenant.oid
         AND member = to_regrole(quote_ident($2)) AND set_option AND NOT inherit_option) AS reachable,
       -- The landlord made the role and so may administer it; that alone lets nobody become it.
       ARRAY(SELECT member::regrole::text FROM pg_auth_members WHERE roleid = tenant.oid
         AND (member IS DISTINCT FROM to_regrole(quote_ident($2)) OR NOT $3) AND (set_option OR inherit_option)) AS others
     FROM pg_roles AS tenant WHERE rolname = $1`,
    [spec.role, application, spec.target === 'active'],
  );
  const [role] = rows;
  if (role === undefined) return [`role ${spec.role} is missing`];
  return [...roleProblems(role, spec), ...membershipProblems(role, spec, application)];
}

function roleProblems(role: RoleFacts, spec: TenantSpec): string[] {
  const expected = ownershipComment(spec.id);
  return [
    role.comment !== expected &&
      `role ${spec.role} has the comment ${JSON.stringify(role.comment)} instead of ${JSON.stringify(expected)}`,
    role.login && `role ${spec.role} may log in`,
    role.powerful &&
      `role ${spec.role} has an attribute such as SUPERUSER, CREATEROLE, CREATEDB or BYPASSRLS`,
  ].filter((problem) => problem !== false);
}

function membershipProblems(role: RoleFacts, spec: TenantSpec, application: string): string[] {
  const name = spec.role;
  const active = spec.target === 'active';
  return [
    ...(active && !role.reachable ? [`role ${application} may not become ${name} by SET ROLE alone`] : []),
    ...role.member_of.map((other) => `role ${name} is a member of ${other}`),
    ...role.others.map((other) => `role ${other} may become or inherits ${name}`),
  ];
}
