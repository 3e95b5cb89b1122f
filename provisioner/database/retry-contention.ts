import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseError } from 'pg';

const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 10;

/**
 * Runs a transaction again when PostgreSQL refused it only because another one changed the same catalogue rows at
 * the same time. Any other error, and the last attempt's, is thrown as it is.
 */
export async function retryContention<Result>(transaction: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt === ATTEMPTS || !isContention(error)) throw error;
      await wait(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }
}

function isContention(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  switch (error.code) {
    case '40001': // serialization_failure
    case '40P01': // deadlock_detected
    case '42710': // duplicate_object: a role made since we looked
    case '42P06': // duplicate_schema: likewise
      return true;
    case '23505': // unique_violation: the same, caught by the catalogue's own index
      return error.schema === 'pg_catalog';
    case 'XX000': // internal_error, which GRANT and ALTER give for two changes of one catalogue row
      return /tuple concurrently (updated|deleted)/.test(error.message);
    default:
      return false;
  }
}
