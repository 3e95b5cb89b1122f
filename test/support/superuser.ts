/** Statements that only the superuser may run: the harness's own, never a spec's subject. */
import pg from 'pg';
import { fromRunner } from './environment.ts';

/** Runs `work` on a connection of its own to the maintenance database. */
export async function withSuperuser<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: fromRunner('LANDLORD_TEST_SUPERUSER_URL') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
