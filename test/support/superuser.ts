/** Statements that only the superuser may run: the harness's own, or those of an intruder. */
import pg from 'pg';
import { fromRunner } from './environment.ts';

/** Runs `work` on a connection of its own to the maintenance database, or to the one that a URL names. */
export async function withSuperuser<Result>(
  work: (client: pg.Client) => Promise<Result>,
  databaseUrl?: string,
): Promise<Result> {
  const url = new URL(fromRunner('LANDLORD_TEST_SUPERUSER_URL'));
  if (databaseUrl !== undefined) url.pathname = new URL(databaseUrl).pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
