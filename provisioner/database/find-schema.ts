import { type ClientBase, escapeIdentifier } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { provenSchema } from './proven-schema.ts';

export type FoundSchema =
  | { readonly exists: false }
  /** `applied` is undefined where Knex's tables are missing. */
  | { readonly exists: true; readonly applied: AppliedMigrations | undefined };

export interface AppliedMigrations {
  readonly names: ReadonlySet<string>;
  /** The highest batch number that Knex gave, 0 when nothing ran. */
  readonly batch: number;
}

/**
 * Reads how far a tenant's schema is, and keeps `knex migrate` from it until the transaction ends.
 * @throws PermanentError when a schema of that name exists and is not the tenant's
 * @throws Error while another process migrates it
 */
export async function findSchema(client: ClientBase, spec: TenantSpec): Promise<FoundSchema> {
  if (!(await provenSchema(client, spec))) return { exists: false };
  const { rows } = await client.query<{ tables: boolean }>('SELECT to_regclass($1) IS NOT NULL AS tables', [
    `${escapeIdentifier(spec.schema)}.knex_migrations_lock`,
  ]);
  return {
    exists: true,
    applied: rows[0]?.tables ? await appliedMigrations(client, spec.schema) : undefined,
  };
}

async function appliedMigrations(client: ClientBase, name: string): Promise<AppliedMigrations> {
  const schema = escapeIdentifier(name);
  const lock = await client.query<{ is_locked: number }>(
    `SELECT is_locked FROM ${schema}.knex_migrations_lock FOR UPDATE`,
  );
  if (lock.rows.some((row) => row.is_locked === 1)) {
    throw new Error(
      `schema ${name} is locked by a running "knex migrate"; if none runs, release it: npx knex migrate:unlock`,
    );
  }
  const { rows } = await client.query<{ name: string; batch: number }>(
    `SELECT name, batch FROM ${schema}.knex_migrations`,
  );
  return { names: new Set(rows.map((row) => row.name)), batch: Math.max(0, ...rows.map((row) => row.batch)) };
}
