/** The API as a process of its own, as in production. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { API_TOKEN } from '../test/support/api.ts';
import { postSignup, send, signupBody } from '../test/support/api-request.ts';
import { createControlDatabase, type TestDatabase } from '../test/support/databases.ts';
import { eventually } from '../test/support/eventually.ts';
import { testQueue } from '../test/support/queue.ts';

const MAIN = join(import.meta.dirname, 'api-main.ts');

describe('api-main', function () {
  this.timeout(20_000);
  let database: TestDatabase;
  let child: ChildProcess;
  before(async () => {
    database = await createControlDatabase();
  });
  after(() => database.drop());
  afterEach(() => child.kill('SIGKILL'));

  /** Starts the process; `lines` gathers its log. */
  const start = (environment: NodeJS.ProcessEnv) => {
    child = spawn(process.execPath, [MAIN], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: 'pipe',
    });
    const lines: string[] = [];
    if (child.stdout === null || child.stderr === null) throw new Error('started without pipes');
    child.stderr.on('data', (chunk) => lines.push(String(chunk)));
    const output = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    return { lines, output, exited: once(child, 'exit') };
  };
  const environment = () => ({
    CONTROL_DATABASE_URL: database.url,
    REDIS_URL: testQueue().redisUrl,
    LANDLORD_API_TOKEN: API_TOKEN,
    LANDLORD_API_PORT: '0',
  });

  it('finishes the request under way on SIGTERM, then ends with 0 and no connection left', async () => {
    const { lines, output, exited } = start(environment());
    await once(output, 'line');
    const api = { url: `http://127.0.0.1:${JSON.parse(lines[0] ?? '').port}` };
    const lock = await database.pool.connect();
    await lock.query('BEGIN; LOCK TABLE tenants IN ACCESS EXCLUSIVE MODE');
    const underWay = postSignup(api, signupBody());
    await aRequestWaits();
    child.kill('SIGTERM');
    await once(output, 'line');
    await lock.query('COMMIT');
    lock.release();
    expect((await underWay).status).to.equal(202);
    const answered = performance.now();
    expect((await exited)[0]).to.equal(0);
    // An idle connection of the client would hold it for 4 s, one to the database for 10 s.
    expect(performance.now() - answered).to.be.below(3_500);
    const messages = lines.map((line) => JSON.parse(line).message);
    expect(messages).to.deep.equal(['api started', 'api stops', 'request']);
    expect(await send(api, '/healthz').catch(() => 'closed')).to.equal('closed');
  });

  it('ends at once, naming every wrong setting, without telling the values', async () => {
    const { lines, exited } = start({
      CONTROL_DATABASE_URL: 'mysql://secret',
      LANDLORD_API_TOKEN: 'short-secret',
    });
    expect((await exited)[0]).to.equal(1);
    const output = lines.join('\n');
    for (const name of ['CONTROL_DATABASE_URL', 'LANDLORD_API_TOKEN', 'LANDLORD_API_PORT', 'REDIS_URL']) {
      expect(output).to.contain(name);
    }
    expect(output).not.to.contain('secret');
  });

  /** Resolves when a connection to the database waits for a lock. */
  const aRequestWaits = () =>
    eventually(
      async () => {
        const waiting = `SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        return (await database.pool.query(waiting)).rowCount === 1;
      },
      { timeoutMs: 5_000 },
    );
});
