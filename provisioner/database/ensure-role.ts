import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { applicationRole, currentDatabase } from './application-role.ts';
import { ownershipComment, requireOwnership } from './ownership.ts';

/**
 * Makes the tenant's NOLOGIN role and lets the application role become it, inside the caller's fenced transaction.
 * @throws PermanentError when a role of that name exists and is not the tenant's
 */
export async function ensureRole(client: ClientBase, spec: TenantSpec): Promise<void> {
  const application = applicationRole(await currentDatabase(client));
  const found = await findRole(client, spec.role, application);
  if (found) requireOwnership(`role ${spec.role}`, found.comment, spec.id);
  const statements = [
    ...(found ? [] : [createRole(spec)]),
    ...(found?.reachable ? [] : [grant(spec, application)]),
  ];
  if (statements.length === 0) return;
  // The last lock taken, and only where roles change: it is held briefly and can't be part of a cycle.
  await client.query(['LOCK TABLE landlord.role_changes IN EXCLUSIVE MODE', ...statements].join(';\n'));
}

function createRole(spec: TenantSpec): string {
  const role = escapeIdentifier(spec.role);
  return `CREATE ROLE ${role} NOLOGIN NOINHERIT;
    COMMENT ON ROLE ${role} IS ${escapeLiteral(ownershipComment(spec.id))}`;
}

function grant(spec: TenantSpec, application: string): string {
  return `GRANT ${escapeIdentifier(spec.role)} TO ${escapeIdentifier(application)} WITH INHERIT FALSE, SET TRUE`;
}

interface FoundRole {
  readonly comment: string | null;
  /** Whether the application role may become it, and only by SET ROLE. */
  readonly reachable: boolean;
}

async function findRole(
  client: ClientBase,
  role: string,
  application: string,
): Promise<FoundRole | undefined> {
  const { rows } = await client.query<FoundRole>(
    `SELECT shobj_description(tenant.oid, 'pg_authid') AS comment,
       EXISTS (SELECT FROM pg_auth_members AS membership JOIN pg_roles AS member ON member.oid = membership.member
         WHERE membership.roleid = tenant.oid AND member.rolname = $2 AND set_option AND NOT inherit_option
       ) AS reachable
     FROM pg_roles AS tenant WHERE tenant.rolname = $1`,
    [role, application],
  );
  return rows[0];
}
