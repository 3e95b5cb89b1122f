import { expect } from 'chai';
import { createTenantsDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { retryContention } from './retry-contention.ts';

describe('retryContention', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTenantsDatabase();
  });
  after(() => database.drop());

  /** Raises an error of PostgreSQL's. */
  const raise = (code: string, message = 'x', schema = '') =>
    database.pool.query(`DO $$ BEGIN
      RAISE EXCEPTION USING ERRCODE = '${code}', MESSAGE = '${message}', SCHEMA = '${schema}'; END $$`);
  async function attemptsAt(work: () => Promise<unknown>, failures: number): Promise<number> {
    let attempts = 0;
    await retryContention(async () => {
      attempts += 1;
      if (attempts <= failures) await work();
    }).catch((error) => expect(error.code).to.be.a('string'));
    return attempts;
  }

  const contention: [string, () => Promise<unknown>][] = [
    ['a serialisation failure', () => raise('40001')],
    ['a deadlock', () => raise('40P01')],
    ['a role made meanwhile', () => raise('42710')],
    ['a schema made meanwhile', () => raise('42P06')],
    ['a catalogue row changed meanwhile', () => raise('XX000', 'tuple concurrently updated')],
    ['a catalogue row made meanwhile', () => raise('23505', 'x', 'pg_catalog')],
  ];
  for (const [what, work] of contention) {
    it(`tries again after ${what}`, async () => {
      expect(await attemptsAt(work, 2)).to.equal(3);
    });
  }

  const others: [string, () => Promise<unknown>][] = [
    ['a syntax error', () => raise('42601')],
    ['another internal error', () => raise('XX000', 'cache lookup failed')],
    ["a product table's unique constraint", () => raise('23505', 'x', 't_1')],
  ];
  for (const [what, work] of others) {
    it(`throws ${what} at once`, async () => {
      expect(await attemptsAt(work, 2)).to.equal(1);
    });
  }

  it('gives up after six attempts, with the last error', async () => {
    expect(await attemptsAt(() => raise('40001'), 99)).to.equal(6);
  });
});
