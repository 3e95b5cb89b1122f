/** Rows 16 to 18: what befalls PostgreSQL. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { withSuperuser } from '../../support/superuser.ts';
import { acceptedBy, startApiProcess } from '../api-process.ts';
import type { Engines } from '../engines.ts';
import type { FaultCase } from '../fault-case.ts';
import type { Stage } from '../stage.ts';
import { startTcpProxy, type TcpProxy, throughProxy } from '../tcp-proxy.ts';
import { underWay } from '../under-way.ts';

const SIGNUPS = 4;
const TERMINATIONS = 8;
const TERMINATE = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'landlord-%'`;
/** More than any server of ours has. */
const MANY = 1_000;

export const POSTGRES_CASES: readonly FaultCase[] = [
  { row: 16, fault: 'PostgreSQL stopped at once in the middle of DDL', convergeMs: 90_000, inject: crash },
  { row: 16, fault: "DDL's server processes terminated", convergeMs: 60_000, inject: terminateBackends },
  {
    row: 17,
    fault: "the answer to an acceptance's COMMIT is lost",
    convergeMs: 60_000,
    inject: loseAcceptance,
  },
  { row: 17, fault: "the answer to a tenant's COMMIT is lost", convergeMs: 60_000, inject: loseDdl },
  { row: 18, fault: 'every connection of PostgreSQL is taken', convergeMs: 90_000, inject: exhaust },
];

async function crash(stage: Stage, engines: Engines): Promise<void> {
  await stage.startWorker();
  await stage.signUp(SIGNUPS);
  await underWay(stage, 'database');
  // "Immediate" shutdown: no checkpoint, no farewell; the next start recovers from the log.
  await engines.kill('postgres', 'SIGQUIT');
  await engines.start();
}

async function terminateBackends(stage: Stage): Promise<void> {
  await stage.startWorker();
  await stage.signUp(SIGNUPS);
  await underWay(stage, 'database');
  for (let times = 0; times < TERMINATIONS; times += 1) {
    await withSuperuser((client) => client.query(TERMINATE));
    await delay(stage.random.below(1_000));
  }
}

async function proxyTo(stage: Stage, { platform }: Engines): Promise<TcpProxy> {
  const proxy = await startTcpProxy({ host: '127.0.0.1', port: platform.ports.postgres ?? 0 });
  stage.onClose(() => proxy.close());
  return proxy;
}

/** PostgreSQL's CommandComplete message of a COMMIT (protocol 3, message `C`). */
function isCommitted(answer: Buffer): boolean {
  return answer.includes('COMMIT\0');
}

async function loseAcceptance(stage: Stage, engines: Engines): Promise<void> {
  const proxy = await proxyTo(stage, engines);
  const api = await startApiProcess(stage, { controlUrl: throughProxy(stage.control.url, proxy) });
  stage.onClose(() => api.end('SIGKILL'));
  const lost = proxy.loseAnswer(isCommitted);
  const answer = await api.signUp('acme');
  await lost;
  if (answer.status < 500)
    throw new Error(`the API could not know of the commit, and answered ${answer.status}`);
  await acceptedBy(api, stage, 'acme');
}

async function loseDdl(stage: Stage, engines: Engines): Promise<void> {
  const proxy = await proxyTo(stage, engines);
  await stage.startWorker({ environment: { TENANT_DATABASE_URL: throughProxy(stage.tenants.url, proxy) } });
  const lost = proxy.loseAnswer(isCommitted);
  await stage.signUp(SIGNUPS);
  await lost;
}

async function exhaust(stage: Stage): Promise<void> {
  await stage.startWorker();
  const api = await startApiProcess(stage);
  stage.onClose(() => api.end('SIGKILL'));
  const taken = await takeConnections(stage.control.url);
  try {
    const answer = await api.signUp('acme');
    if (answer.status !== 503 || answer.headers.get('retry-after') === null) {
      throw new Error(`no connection is left; the API answers ${answer.status} without 503 and Retry-After`);
    }
  } finally {
    await Promise.all(taken.map((client) => client.end()));
  }
  await acceptedBy(api, stage, 'acme');
  await stage.signUp(1);
}

async function takeConnections(url: string): Promise<pg.Client[]> {
  const taken: pg.Client[] = [];
  while (taken.length < MANY) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch {
      return taken;
    }
    taken.push(client);
  }
  throw new Error(`PostgreSQL gave ${MANY} connections and more`);
}
