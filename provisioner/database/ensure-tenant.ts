import type { Pool } from 'pg';
import type { Fence } from '../../tenancy/fence.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { ensureRole } from './ensure-role.ts';
import { ensureSchema } from './ensure-schema.ts';
import { fencedTransaction } from './fenced-transaction.ts';
import { TENANT_MIGRATIONS } from './read-migrations.ts';
import { recordedMigrations } from './recorded-migrations.ts';
import { schemaVersion } from './schema-version.ts';
import { shutOut } from './shut-out.ts';

/**
 * Makes the tenant's role and schema as the spec wants them, up to the newest migration, and takes away rights beyond
 * those. A suspended tenant keeps its data, but nobody may become it and its sessions are ended. Every run may be killed
 * at any instruction, and the next one completes it: each transaction leaves all of its work or nothing.
 * The database must have been prepared (prepareTenantsDatabase).
 * @param migrations directory of the migrations
 * @returns the version the schema has now
 * @throws LeaseLostError when the database has seen a later fence of the tenant
 * @throws PermanentError when the role or the schema exists and is not the tenant's
 */
export async function ensureTenantDatabase(
  pool: Pool,
  spec: TenantSpec,
  fence: Fence,
  migrations: string = TENANT_MIGRATIONS,
): Promise<{ schemaVersion: string }> {
  const recording = await recordedMigrations(pool, migrations);
  // First, so that no session of a suspended tenant holds up the migrations.
  if (spec.target !== 'active') await shutOut(pool, spec, fence);
  // Apart, so that the lock on role changes, which all tenants share, is not held while tables are made.
  await fencedTransaction(pool, spec.id, fence, (client) => ensureRole(client, spec));
  await fencedTransaction(pool, spec.id, fence, (client) => ensureSchema(client, spec, recording));
  return { schemaVersion: schemaVersion(recording) };
}
