import pg from 'pg';
import type { Logger } from 'winston';

/** Bounded, so that a flood of requests waits here instead of using up PostgreSQL's connections. */
const MAX_CONNECTIONS = 10;
/** A caller gets its 503 after this rather than hanging on a database that is away or full. */
const CONNECT_TIMEOUT_MS = 3_000;
const QUERY_TIMEOUT_MS = 8_000;

/** The API's pool on the control database. */
export function openControlPool(url: string, logger: Logger): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'landlord-api',
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
  });
  // Without a listener, an idle connection that PostgreSQL closes would end the process.
  pool.on('error', (error) => logger.warn('idle database connection lost', { reason: error.message }));
  return pool;
}
