import type { Pool, PoolClient } from 'pg';

/** What can run one statement: a pool, or a connection inside a transaction. */
export type Queryable = Pick<Pool | PoolClient, 'query'>;

/** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
export async function withTransaction<Result>(
  db: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await db.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that can't even roll back must not go back to the pool.
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
