import type { Pool } from 'pg';
import { PermanentError } from '../../tenancy/errors.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';

/**
 * Stops before an empty schema takes the place of one that held a tenant's data: only a restore can mend that.
 * @throws PermanentError when the schema of a tenant that had one is gone
 */
export async function requireSchema(pool: Pool, spec: TenantSpec): Promise<void> {
  const { rowCount } = await pool.query('SELECT FROM pg_namespace WHERE nspname = $1', [spec.schema]);
  if (rowCount === 1) return;
  throw new PermanentError(
    `schema ${spec.schema} held the tenant's data and is gone: restore it from a backup, then try the tenant again; ` +
      'nothing was made in its place',
  );
}
