import type { Pool } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { applicationRole, currentDatabase } from './application-role.ts';
import { TENANT_MIGRATIONS } from './read-migrations.ts';
import { recordedMigrations } from './recorded-migrations.ts';
import { verifyReach } from './verify-reach.ts';
import { verifyRights } from './verify-rights.ts';
import { verifyRole } from './verify-role.ts';
import { verifySchema } from './verify-schema.ts';
import { verifyVersion } from './verify-version.ts';

/**
 * Looks at what exists: the tenant's role and schema, their proofs of ownership, the schema's version, and the rights,
 * which must be those of the design and none beyond.
 * @param migrations directory of the migrations
 * @returns problems as sentences; none when all is right
 */
export async function verifyTenantDatabase(
  pool: Pool,
  spec: TenantSpec,
  migrations: string = TENANT_MIGRATIONS,
): Promise<string[]> {
  const recording = await recordedMigrations(pool, migrations);
  const application = applicationRole(await currentDatabase(pool));
  return [
    ...(await verifyRole(pool, spec, application)),
    ...(await verifySchema(pool, spec)),
    ...(await verifyVersion(pool, spec, recording)),
    ...(await verifyRights(pool, spec)),
    ...(await verifyReach(pool, spec)),
  ];
}
