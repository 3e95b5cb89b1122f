import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import createKnex, { type Knex } from 'knex';
import type { Pool } from 'pg';
import { withConnection } from '../store/transaction.ts';
import type { MigrationFiles } from './read-migrations.ts';
import { recordedSql, type SentStatement } from './recorded-sql.ts';
import { Tape } from './tape.ts';

export interface RecordedMigration {
  /** The file's name, as in `knex_migrations`. */
  readonly name: string;
  readonly sql: string;
}

export interface Recording {
  /** Makes Knex's own tables, unlocked and without rows of migrations. */
  readonly bookkeeping: string;
  /** Oldest first; never empty. */
  readonly migrations: readonly RecordedMigration[];
}

/** What a migration's file exports. */
interface MigrationModule extends Knex.Migration {
  readonly config?: { readonly transaction?: boolean };
}

const quiet = () => {};
/** Only builds statements: every connection is handed to it. Its warnings repeat what its errors say. */
const knex = createKnex({ client: 'pg', log: { warn: quiet, error: quiet, deprecate: quiet, debug: quiet } });

/**
 * Runs all migrations by Knex in a schema that is rolled back, and keeps what Knex sent. To be replayable a
 * migration runs inside a transaction and asks the database nothing: it sends the same to every tenant.
 * @throws Error naming the migration that fails or can't be replayed, and why
 */
export async function recordMigrations(pool: Pool, files: MigrationFiles): Promise<Recording> {
  return withConnection(pool, async (client) => {
    const tape = new Tape();
    const transaction = await knex.transaction({ connection: tape.tap(client) });
    try {
      const schema = `landlord_recording_${randomUUID()}`;
      await transaction.raw('CREATE SCHEMA ??', [schema]);
      await transaction.raw('SET LOCAL search_path TO ??', [schema]);
      return await play(transaction, files, tape);
    } finally {
      await transaction.rollback();
    }
  });
}

async function play(transaction: Knex.Transaction, files: MigrationFiles, tape: Tape): Promise<Recording> {
  const migrations: RecordedMigration[] = [];
  const migrationSource = recordingSource(files, async (name, up) => {
    tape.take();
    await up();
    migrations.push({ name, sql: migrationSql(name, tape.take()) });
  });
  tape.take();
  await transaction.migrate.list({ migrationSource });
  const bookkeeping = tape.take().filter((statement) => !statement.answersRows);
  await transaction.migrate.latest({ migrationSource });
  return { bookkeeping: bookkeeping.map(recordedSql).join('\n;\n'), migrations };
}

/** The files as Knex itself would find them, with `record` around each `up`. */
function recordingSource(
  files: MigrationFiles,
  record: (name: string, up: () => PromiseLike<void>) => Promise<void>,
): Knex.MigrationSource<string> {
  return {
    getMigrations: async () => [...files.names],
    getMigrationName: (name) => name,
    getMigration: async (name) => {
      // The hash in the address makes Node load a file again that has changed.
      const url = `${pathToFileURL(join(files.directory, name))}?${files.hash}`;
      const migration: MigrationModule = await import(url);
      if (migration.config?.transaction === false)
        throw new Error(`${name} opts out of transactions: ${REMEDY}`);
      return { ...migration, up: (transaction) => record(name, () => migration.up(transaction)) };
    },
  };
}

const REMEDY =
  'tenant migrations are recorded once and replayed for every tenant, so each must be SQL alone, in a transaction';

function migrationSql(name: string, statements: readonly SentStatement[]): string {
  const asking = statements.find((statement) => statement.answersRows);
  if (asking) throw new Error(`${name} reads what "${asking.text.trim()}" answers: ${REMEDY}`);
  try {
    return statements.map(recordedSql).join('\n;\n');
  } catch (cause) {
    throw new Error(`${name} can't be recorded: ${(cause as Error).message}`, { cause });
  }
}
