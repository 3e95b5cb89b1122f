/** A worker killed while it waits for a lock: the only instruction in SQL at which a spec can hold it. */
import type { PoolClient } from 'pg';
import type { TestDatabase } from './databases.ts';
import { eventually } from './eventually.ts';
import { refusal } from './refusal.ts';

/** Runs `attempt` while `lock` is held, kills it when it waits for that, and gives its error. */
export async function killedAt(
  database: TestDatabase,
  lock: string,
  attempt: () => Promise<unknown>,
): Promise<Error> {
  const holder = await database.pool.connect();
  try {
    await holder.query(`BEGIN; ${lock}`);
    const killed = refusal(attempt());
    await killWaiting(holder);
    return await killed;
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
  }
}

/** Ends the server's side of the transaction that waits for `holder`'s lock, as a killed worker's would be. */
function killWaiting(holder: PoolClient): Promise<unknown> {
  return eventually(
    async () => {
      const { rowCount } = await holder.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`,
      );
      return rowCount === 1;
    },
    { timeoutMs: 5_000 },
  );
}
