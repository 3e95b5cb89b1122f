import type { Pool, PoolClient } from 'pg';

/** What can run one statement: a pool, or a connection inside a transaction. */
export type Queryable = Pick<Pool | PoolClient, 'query'>;

/** Lends `work` one connection of the pool. */
export async function withConnection<Result>(
  db: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  let broken: Error | undefined;
  // Unheard, the end of a lent connection would end the process. Its statements fail as well, which `work` sees.
  const note = (error: Error) => {
    broken = error;
  };
  const client = await borrow(db, note);
  try {
    return await work(client);
  } finally {
    client.off('error', note);
    client.release(broken);
  }
}

/** Listens from the first moment: a connection can end in the very packet that opens it, before a promise goes on. */
function borrow(db: Pool, onError: (error: Error) => void): Promise<PoolClient> {
  return new Promise((resolve, reject) => {
    db.connect((error, client) => {
      if (client === undefined) return reject(error);
      client.on('error', onError);
      resolve(client);
    });
  });
}

/** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
export async function withTransaction<Result>(
  db: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  return withConnection(db, async (client) => {
    await client.query('BEGIN');
    try {
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      // It fails only where the connection has ended, which rolls back as well.
      await client.query('ROLLBACK').catch(() => {});
      throw error;
    }
  });
}
