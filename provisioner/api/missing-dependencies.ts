import type pg from 'pg';

const UNDEFINED_TABLE = '42P01';

/** What the API misses to do its work, in words fit for anyone to read; empty when nothing. */
export async function missingDependencies(db: pg.Pool): Promise<string[]> {
  try {
    await db.query('SELECT FROM tenants LIMIT 0');
    return [];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === UNDEFINED_TABLE) return ['control database: not migrated'];
    return ['control database: not reachable'];
  }
}
