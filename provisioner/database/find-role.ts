import type { ClientBase } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { requireOwnership } from './ownership.ts';

export interface FoundRole {
  /** Whether the application role may become it, and only by SET ROLE. */
  readonly reachable: boolean;
  /** Whether it has an attribute that we can take away: LOGIN or CREATEROLE. */
  readonly elevated: boolean;
  /** Roles that may become or inherit it, by our grant; the application role is usually one. */
  readonly entrants: readonly string[];
  /** Roles that it was made a member of, by our grant. */
  readonly memberOf: readonly string[];
}

/**
 * What the tenant's role is, undefined when there is none. Another's grants are left out: only who gave them can take
 * them away, so verifyTenantDatabase names them instead.
 * @throws PermanentError when a role of that name exists and is not the tenant's
 */
export async function findRole(
  client: ClientBase,
  spec: TenantSpec,
  application: string,
): Promise<FoundRole | undefined> {
  const { rows } = await client.query<FoundRole & { comment: string | null }>(
    `SELECT shobj_description(oid, 'pg_authid') AS comment, rolcanlogin OR rolcreaterole AS elevated,
       EXISTS (SELECT FROM pg_auth_members WHERE roleid = tenant.oid
         AND member = to_regrole(quote_ident($2)) AND set_option AND NOT inherit_option) AS reachable,
       ARRAY(SELECT pg_get_userbyid(member)::text FROM pg_auth_members WHERE roleid = tenant.oid
         AND grantor = current_user::regrole AND (set_option OR inherit_option)) AS entrants,
       ARRAY(SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = tenant.oid
         AND grantor = current_user::regrole) AS "memberOf"
     FROM pg_roles AS tenant WHERE rolname = $1`,
    [spec.role, application],
  );
  const [found] = rows;
  if (found) requireOwnership(`role ${spec.role}`, found.comment, spec.id);
  return found;
}
