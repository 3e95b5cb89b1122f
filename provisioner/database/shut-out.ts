import { escapeIdentifier, type Pool, type PoolClient } from 'pg';
import type { Fence } from '../../tenancy/fence.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { applicationRole, currentDatabase } from './application-role.ts';
import { changeRoles } from './change-roles.ts';
import { endSessions } from './end-sessions.ts';
import { takeAwaySql } from './ensure-role.ts';
import { fencedTransaction } from './fenced-transaction.ts';
import { findRole } from './find-role.ts';
import { provenSchema } from './proven-schema.ts';

/**
 * Takes away every way into the tenant's data, then ends the sessions that are inside; the data stay. What is not there
 * needs no shutting. A session that had become the tenant before and was idle is not found, but finds the schema shut.
 * @throws PermanentError, before anything changes, when the role or the schema exists and is not the tenant's
 */
export async function shutOut(pool: Pool, spec: TenantSpec, fence: Fence): Promise<void> {
  await fencedTransaction(pool, spec.id, fence, (client) => takeAwayAccess(client, spec));
  // Only after the commit can no new session come in.
  await fencedTransaction(pool, spec.id, fence, (client) => endSessions(client, spec));
}

async function takeAwayAccess(client: PoolClient, spec: TenantSpec): Promise<void> {
  const schemaExists = await provenSchema(client, spec);
  const role = await findRole(client, spec, applicationRole(await currentDatabase(client)));
  if (role === undefined) return;
  if (schemaExists) {
    await client.query(
      `REVOKE ALL ON SCHEMA ${escapeIdentifier(spec.schema)} FROM ${escapeIdentifier(spec.role)} CASCADE`,
    );
  }
  await changeRoles(client, takeAwaySql(spec, role));
}
