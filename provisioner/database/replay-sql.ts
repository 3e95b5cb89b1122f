import { escapeIdentifier, escapeLiteral } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import type { FoundSchema } from './find-schema.ts';
import { ownershipComment } from './ownership.ts';
import type { RecordedMigration, Recording } from './record-migrations.ts';
import { tenantRightsSql } from './tenant-rights.ts';

/**
 * The SQL that brings a tenant's schema from what was found to the newest migration, rights included; for one
 * transaction. Knex reads afterwards that its migrations ran.
 * @throws Error when the schema holds migrations that the recording doesn't
 */
export function replaySql(spec: TenantSpec, found: FoundSchema, recording: Recording): string {
  const schema = escapeIdentifier(spec.schema);
  const applied = found.exists ? found.applied : undefined;
  const pending = pendingMigrations(spec, recording, applied?.names ?? new Set());
  return [
    ...(found.exists ? [] : [`CREATE SCHEMA ${schema}`, comment(spec)]),
    `SET LOCAL search_path TO ${schema}`,
    ...(applied ? [] : [recording.bookkeeping]),
    ...pending.map((migration) => migration.sql),
    ...(pending.length > 0 ? [recordRan(schema, pending, (applied?.batch ?? 0) + 1)] : []),
    tenantRightsSql(spec),
  ].join('\n;\n');
}

function comment(spec: TenantSpec): string {
  return `COMMENT ON SCHEMA ${escapeIdentifier(spec.schema)} IS ${escapeLiteral(ownershipComment(spec.id))}`;
}

function pendingMigrations(
  spec: TenantSpec,
  recording: Recording,
  applied: ReadonlySet<string>,
): RecordedMigration[] {
  const known = new Set(recording.migrations.map((migration) => migration.name));
  const unknown = [...applied].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new Error(
      `schema ${spec.schema} holds migrations that this release doesn't know: ${unknown.join(', ')}; ` +
        'a newer release made them: let that one work on it, or roll them back with knex',
    );
  }
  return recording.migrations.filter((migration) => !applied.has(migration.name));
}

function recordRan(schema: string, ran: readonly RecordedMigration[], batch: number): string {
  const rows = ran.map((migration) => `(${escapeLiteral(migration.name)}, ${batch}, now())`);
  return `INSERT INTO ${schema}.knex_migrations (name, batch, migration_time) VALUES ${rows.join(', ')}`;
}
