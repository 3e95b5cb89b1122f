import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { applicationRole, currentDatabase } from './application-role.ts';
import { changeRoles } from './change-roles.ts';
import { type FoundRole, findRole } from './find-role.ts';
import { ownershipComment } from './ownership.ts';

/**
 * Makes the tenant's NOLOGIN role, and lets the application role of an active tenant become it: that role alone, and of
 * any other tenant none. Works inside the caller's fenced transaction.
 * @throws PermanentError when a role of that name exists and is not the tenant's
 */
export async function ensureRole(client: ClientBase, spec: TenantSpec): Promise<void> {
  const application = applicationRole(await currentDatabase(client));
  const found = await findRole(client, spec, application);
  const active = spec.target === 'active';
  await changeRoles(client, [
    ...(found ? takeAwaySql(spec, found, active ? application : undefined) : [createSql(spec)]),
    ...(active && !found?.reachable ? [grantSql(spec, application)] : []),
  ]);
}

/** Statements that leave the tenant's role no attribute, no membership and no one who may become it but `keeping`. */
export function takeAwaySql(spec: TenantSpec, found: FoundRole, keeping?: string): string[] {
  const role = escapeIdentifier(spec.role);
  return [
    ...(found.elevated ? [`ALTER ROLE ${role} NOLOGIN NOCREATEROLE`] : []),
    ...found.memberOf.map((other) => `REVOKE ${escapeIdentifier(other)} FROM ${role} CASCADE`),
    ...found.entrants
      .filter((member) => member !== keeping)
      .map((member) => `REVOKE ${role} FROM ${escapeIdentifier(member)} CASCADE`),
  ];
}

function createSql(spec: TenantSpec): string {
  const role = escapeIdentifier(spec.role);
  return `CREATE ROLE ${role} NOLOGIN NOINHERIT;
    COMMENT ON ROLE ${role} IS ${escapeLiteral(ownershipComment(spec.id))}`;
}

function grantSql(spec: TenantSpec, application: string): string {
  return `GRANT ${escapeIdentifier(spec.role)} TO ${escapeIdentifier(application)} WITH INHERIT FALSE, SET TRUE`;
}
