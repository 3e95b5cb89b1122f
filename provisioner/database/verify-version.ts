import { escapeIdentifier, type Pool } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import type { Recording } from './record-migrations.ts';

/** Migrations that the schema lacks or that this release doesn't know. */
export async function verifyVersion(pool: Pool, spec: TenantSpec, recording: Recording): Promise<string[]> {
  const table = `${escapeIdentifier(spec.schema)}.knex_migrations`;
  const { rows: found } = await pool.query<{ found: boolean }>(
    'SELECT to_regclass($1) IS NOT NULL AS found',
    [table],
  );
  if (!found[0]?.found) return [`table ${spec.schema}.knex_migrations is missing`];
  const { rows } = await pool.query<{ name: string }>(`SELECT name FROM ${table} ORDER BY id`);
  const applied = new Set(rows.map((row) => row.name));
  const known = new Set(recording.migrations.map((migration) => migration.name));
  const lacking = [...known.difference(applied)];
  const unknown = [...applied.difference(known)];
  return [
    lacking.length > 0 && `schema ${spec.schema} lacks the migrations ${lacking.join(', ')}`,
    unknown.length > 0 &&
      `schema ${spec.schema} holds migrations that this release doesn't know: ${unknown.join(', ')}`,
  ].filter((problem) => problem !== false);
}
