import { join } from 'node:path';
import knex from 'knex';

/**
 * Brings the control database to the newest migration. Safe when several start at once: Knex holds its lock.
 * @returns the names of the migrations that ran now
 */
export async function migrateControlDatabase(url: string): Promise<string[]> {
  const database = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } });
  try {
    const [, ran] = await database.migrate.latest({
      directory: join(import.meta.dirname, '../migrations/control'),
      loadExtensions: ['.ts'],
    });
    return ran;
  } finally {
    await database.destroy();
  }
}
