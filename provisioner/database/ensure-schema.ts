import type { ClientBase } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { excessRightsSql } from './excess-rights.ts';
import { findSchema } from './find-schema.ts';
import type { Recording } from './record-migrations.ts';
import { replaySql } from './replay-sql.ts';

/**
 * Brings the tenant's schema to the newest migration, inside the caller's fenced transaction: one query makes all of
 * a new one, and gives one that is behind what it lacks. Rights beyond the design's are taken away.
 * @throws PermanentError when a schema of that name exists and is not the tenant's
 */
export async function ensureSchema(
  client: ClientBase,
  spec: TenantSpec,
  recording: Recording,
): Promise<void> {
  const found = await findSchema(client, spec);
  const excess = found.exists ? await excessRightsSql(client, spec) : [];
  await client.query([...excess, replaySql(spec, found, recording)].join('\n;\n'));
}
