import { type ClientBase, DatabaseError, escapeIdentifier, type Pool } from 'pg';
import { PermanentError } from '../../tenancy/errors.ts';
import type { Fence } from '../../tenancy/fence.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { applicationRole, currentDatabase } from './application-role.ts';
import { changeRoles } from './change-roles.ts';
import { fencedTransaction } from './fenced-transaction.ts';
import { findDependents } from './find-dependents.ts';
import { findRole } from './find-role.ts';
import { provenSchema } from './proven-schema.ts';
import { shutOut } from './shut-out.ts';

const DEPENDENT_OBJECTS_STILL_EXIST = '2BP01';

/**
 * Removes the tenant's schema and role with all that is in them and all that the role owns in this database, after
 * ending the tenant's sessions; nothing when neither exists. Can be killed at any instruction and run again. The fence
 * stays for good, so that no worker of the past can make the tenant anew.
 * @throws LeaseLostError when the database has seen a later fence of the tenant
 * @throws PermanentError when the role or the schema exists and is not the tenant's, or when what is not the tenant's
 * depends on it
 */
export async function removeTenantDatabase(pool: Pool, spec: TenantSpec, fence: Fence): Promise<void> {
  await shutOut(pool, spec, fence);
  // Apart, so that the data go even when the role can't.
  await fencedTransaction(pool, spec.id, fence, (client) => dropSchema(client, spec));
  await fencedTransaction(pool, spec.id, fence, (client) => dropRole(client, spec));
}

async function dropSchema(client: ClientBase, spec: TenantSpec): Promise<void> {
  if (!(await provenSchema(client, spec))) return;
  const dependents = await findDependents(client, spec);
  if (dependents.length > 0) {
    throw new PermanentError(
      `schema ${spec.schema} can't be removed, for outside it there depends on it: ${dependents.join(', ')}. ` +
        'The tenant is shut out and its data are kept. Remove what is named here, then retry.',
    );
  }
  await client.query(`DROP SCHEMA ${escapeIdentifier(spec.schema)} CASCADE`);
}

async function dropRole(client: ClientBase, spec: TenantSpec): Promise<void> {
  const found = await findRole(client, spec, applicationRole(await currentDatabase(client)));
  if (found === undefined) return;
  const role = escapeIdentifier(spec.role);
  // DROP OWNED takes the role's rights; the membership goes with the role.
  const statements = [
    `GRANT ${role} TO CURRENT_USER WITH INHERIT TRUE, SET FALSE`,
    `DROP OWNED BY ${role}`,
    `DROP ROLE ${role}`,
  ];
  await changeRoles(client, statements).catch((error: unknown) => {
    throw isInUse(error) ? stillInUse(spec, error) : error;
  });
}

function isInUse(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.code === DEPENDENT_OBJECTS_STILL_EXIST;
}

function stillInUse(spec: TenantSpec, error: DatabaseError): PermanentError {
  return new PermanentError(
    `role ${spec.role} can't be removed: ${error.message} (${error.detail}). The tenant's schema is gone. As a superuser, ` +
      `run DROP OWNED BY ${spec.role} in the database that holds these, or change what depends on them, then retry.`,
    { cause: error },
  );
}
