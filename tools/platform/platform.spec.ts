import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import pg from 'pg';
import { eventually } from '../../test/support/eventually.ts';
import type { UnitReport } from './bring-up.ts';
import { clean, down } from './down.ts';
import { platformLayout } from './layout.ts';
import { runningProcess } from './pid-file.ts';
import { signalProcess } from './process-identity.ts';
import { platformStatus } from './status.ts';
import { up } from './up.ts';

describe('the development platform', function () {
  this.timeout(90_000);
  const { signal } = new AbortController();
  const silent = { signal, onWait: () => {}, report: () => {} };
  let directory: string;

  before(() => {
    directory = join(mkdtempSync(join(tmpdir(), 'development-')), '.landlord');
  });

  after(async () => {
    await clean({ ...silent, directory });
    rmSync(join(directory, '..'), { recursive: true });
  });

  /** What became of each service. */
  async function bringUp(): Promise<Record<string, UnitReport['outcome']>> {
    const outcomes: Record<string, UnitReport['outcome']> = {};
    const report = ({ name, outcome }: UnitReport) => {
      if (outcome !== 'done') outcomes[name] = outcome;
    };
    await up({ ...silent, directory, environment: {}, report });
    return outcomes;
  }

  it('is not there at first', async () => {
    expect(await platformStatus(directory)).deep.equals([]);
  });

  it('comes up once when two ask for it at the same time', async () => {
    const [first, second] = await Promise.all([bringUp(), bringUp()]);
    const outcomes = Object.keys(first).map((name) => [first[name], second[name]].sort());
    expect(outcomes).has.length(9);
    for (const pair of outcomes) expect(pair).deep.equals(['kept', 'started']);
  });

  it('tells what runs, where, and its memory', async () => {
    for (const service of await platformStatus(directory)) {
      expect(service.state, service.name).equals('running');
      expect(service.memoryBytes, service.name).greaterThan(1_000_000).lessThan(1_000_000_000);
    }
  });

  it('writes what a program needs to use it, for its owner alone', async () => {
    const { devEnv } = platformLayout(directory);
    expect(statSync(devEnv).mode & 0o777).equals(0o600);
    const settings = devSettings(directory);
    const health = await fetch(`${settings.LANDLORD_API_URL}/readyz`);
    expect(health.status).equals(200);
    expect(readFileSync(settings.KUBECONFIG ?? '', 'utf8')).includes('https://127.0.0.1:');
  });

  it('shows no password on a command line', async () => {
    const secrets = Object.values(JSON.parse(readFileSync(platformLayout(directory).secretsFile, 'utf8')));
    for (const { pid, name } of await platformStatus(directory)) {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      for (const secret of secrets) expect(line.includes(String(secret)), name).equals(false);
    }
  });

  it('starts only what died, however it died', async () => {
    const layout = platformLayout(directory);
    for (const name of ['valkey', 'postgres']) {
      const identity = runningProcess(layout, name) ?? expect.fail(`${name} does not run`);
      signalProcess(identity, 'SIGKILL');
      await eventually(() => runningProcess(layout, name) === undefined, { timeoutMs: 5_000 });
    }
    const { valkey, postgres, ...others } = await bringUp();
    expect([valkey, postgres]).deep.equals(['started', 'started']);
    for (const [name, outcome] of Object.entries(others)) expect(outcome, name).equals('kept');
  });

  it('keeps data, ports and passwords when it is stopped and started', async () => {
    const before = devSettings(directory);
    await writeMarks(before);
    await down({ ...silent, directory });
    for (const { state, name } of await platformStatus(directory)) expect(state, name).equals('down');
    await bringUp();
    expect(devSettings(directory)).deep.equals(before);
    expect(await readMarks(before)).deep.equals(['kept', 'kept']);
  });
});

function devSettings(directory: string): Record<string, string> {
  const lines = readFileSync(platformLayout(directory).devEnv, 'utf8').trimEnd().split('\n');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

async function writeMarks(settings: Record<string, string>): Promise<void> {
  await query(settings, "CREATE TABLE mark AS SELECT 'kept' AS value");
  await redis(settings, (client) => client.set('mark', 'kept'));
}

async function readMarks(settings: Record<string, string>): Promise<unknown[]> {
  const [row] = await query(settings, 'SELECT value FROM mark');
  return [row?.value, await redis(settings, (client) => client.get('mark'))];
}

async function query(settings: Record<string, string>, text: string): Promise<{ value: string }[]> {
  const client = new pg.Client({ connectionString: settings.TENANT_DATABASE_URL });
  await client.connect();
  try {
    return (await client.query<{ value: string }>(text)).rows;
  } finally {
    await client.end();
  }
}

async function redis<Result>(
  settings: Record<string, string>,
  work: (client: Redis) => Promise<Result>,
): Promise<Result> {
  const client = new Redis(settings.REDIS_URL ?? '');
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}
