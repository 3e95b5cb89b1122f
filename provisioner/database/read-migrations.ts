import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The product's migrations, run once in each tenant's schema. */
export const TENANT_MIGRATIONS = join(import.meta.dirname, '../../migrations/tenant');

export interface MigrationFiles {
  readonly directory: string;
  /** File names as Knex lists and records them, oldest first. */
  readonly names: readonly string[];
  /** SHA-256 of all names and contents, in hexadecimal. */
  readonly hash: string;
}

/**
 * The migration files of a directory.
 * @throws Error when there is none
 */
export async function readMigrations(directory: string): Promise<MigrationFiles> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.ts')).sort();
  if (names.length === 0) throw new Error(`there is no migration (*.ts) in ${directory}`);
  const contents = await Promise.all(names.map((name) => readFile(join(directory, name))));
  const hash = createHash('sha256');
  for (const [index, content] of contents.entries()) {
    hash.update(`${names[index]}\0${content.length}\0`).update(content);
  }
  return { directory, names, hash: hash.digest('hex') };
}
