import { expect } from 'chai';
import pg from 'pg';
import { startApi, type TestApi } from '../../test/support/api.ts';
import { type ApiAnswer, postSignup, send, signupBody } from '../../test/support/api-request.ts';

function expectUnavailable(answer: ApiAnswer): void {
  expect(answer.status).to.equal(503);
  expect(answer.headers.get('Retry-After')).to.match(/^[1-9][0-9]*$/);
  expect(answer.headers.get('Content-Type')).to.match(/^application\/problem\+json/);
  expect(answer.text).not.to.match(/postgres|127\.0\.0\.1|ECONN|password/i);
}

describe('when the control database is in trouble, the API', () => {
  let api: TestApi;
  afterEach(() => api.stop());

  it('answers 503 with Retry-After while PostgreSQL can not be reached, and stays alive', async () => {
    api = await startApi({ pool: { connectionString: 'postgresql://nobody@127.0.0.1:1/none' } });
    expectUnavailable(await postSignup(api, signupBody()));
    expectUnavailable(await send(api, '/v1/tenants'));
    const ready = await send(api, '/readyz');
    expectUnavailable(ready);
    expect(ready.body.missing).to.deep.equal(['control database: not reachable']);
    expect((await send(api, '/healthz')).status).to.equal(200);
  });

  it('answers 503 while all connections of its pool are taken, and 200 afterwards', async () => {
    const options = { max: 1, connectionTimeoutMillis: 100 };
    api = await startApi({ pool: options });
    const lock = await api.database.pool.connect();
    await lock.query('BEGIN; LOCK TABLE tenants IN ACCESS EXCLUSIVE MODE');
    const holding = send(api, '/v1/tenants');
    const waiting = await send(api, '/v1/tenants');
    await lock.query('COMMIT');
    lock.release();
    expectUnavailable(waiting);
    expect((await holding).status).to.equal(200);
    expect((await send(api, '/v1/tenants')).status).to.equal(200);
  });

  it('answers 503 while PostgreSQL has no connection left', async () => {
    api = await startApi();
    const { rows } = await api.database.pool.query('SELECT current_database() AS name');
    await api.database.pool.query(`ALTER DATABASE ${pg.escapeIdentifier(rows[0].name)} CONNECTION LIMIT 0`);
    expectUnavailable(await postSignup(api, signupBody()));
  });

  it('answers 503 while PostgreSQL does not answer in time', async () => {
    api = await startApi({ pool: { query_timeout: 100 } });
    const lock = await api.database.pool.connect();
    await lock.query('BEGIN; LOCK TABLE tenants IN ACCESS EXCLUSIVE MODE');
    expectUnavailable(await send(api, '/v1/tenants'));
    await lock.query('COMMIT');
    lock.release();
  });

  it('outlives a connection that PostgreSQL cuts', async () => {
    api = await startApi();
    await send(api, '/v1/tenants');
    await api.database.pool.query(
      `SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    const answers = [await send(api, '/v1/tenants'), await send(api, '/v1/tenants')];
    for (const answer of answers) if (answer.status !== 200) expectUnavailable(answer);
    expect(answers[1]?.status).to.equal(200);
  });

  it('is not ready, and answers 500 without saying why, when tables are missing; the log says why', async () => {
    api = await startApi();
    await api.database.pool.query('ALTER TABLE tenants RENAME TO hidden');
    const answer = await send(api, '/v1/tenants');
    expect(answer.status).to.equal(500);
    expect(answer.text).not.to.match(/tenants|relation|sql|\.ts|select/i);
    expect(api.logged()).to.contain('relation \\"tenants\\" does not exist');
    expect(api.logged()).to.contain(answer.headers.get('Request-Id'));
    expect((await send(api, '/readyz')).body.missing).to.deep.equal(['control database: not migrated']);
  });
});
