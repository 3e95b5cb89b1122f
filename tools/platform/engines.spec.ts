import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { kubeconfigPath, toolPath } from '../../test/support/cluster.ts';
import { createTenantsDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { fromRunner } from '../../test/support/environment.ts';
import { eventually } from '../../test/support/eventually.ts';

const NAMESPACE = 'engines-spec';

interface Item {
  metadata: { name: string; labels: Record<string, string> };
  spec: { nodeName?: string; taints?: { key: string; effect: string }[] };
  status: { phase: string; conditions: { type: string; status: string }[] };
}

describe('the embedded cluster', function () {
  this.timeout(60_000);

  before(() => kubectl('create', 'namespace', NAMESPACE));
  after(() => kubectl('delete', 'namespace', NAMESPACE, '--wait=false'));

  it('has four node pools over three zones, every node ready', async () => {
    const nodes = await eventually(readyNodes, { timeoutMs: 20_000 });
    const pools = Object.groupBy(nodes, ({ metadata }) => metadata.labels['landlord.dev/pool'] ?? '');
    const sizes = Object.entries(pools).map(
      ([pool, members]) => `${members?.length} ${pool} ${typeOf(members)}`,
    );
    expect(sizes).members(['2 system t3.medium', '3 api m5.xlarge', '3 worker c5.large', '2 spot m5.large']);
    const zones = nodes.map(({ metadata }) => metadata.labels['topology.kubernetes.io/zone']);
    expect(new Set(zones)).has.property('size', 3);
  });

  it('runs pods, and on spot nodes only those that ask for it', async () => {
    await kubectl('create', 'deployment', 'web', '--image=web', '--replicas=6', '-n', NAMESPACE);
    const running = async () => {
      const pods = await list('pods', '-n', NAMESPACE);
      return pods.length === 6 && pods.every(({ status }) => status.phase === 'Running') ? pods : undefined;
    };
    const pods = await eventually(running, { timeoutMs: 20_000 });
    expect(pods.map(({ spec }) => spec.nodeName).filter((node) => node?.startsWith('spot'))).deep.equals([]);
  });

  it('refuses a privileged pod where Pod Security says restricted', async () => {
    await kubectl('label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/enforce=restricted');
    const refusal = await kubectl('run', 'bad', '--image=bad', '--privileged', '-n', NAMESPACE).catch(String);
    expect(refusal).includes('violates PodSecurity "restricted');
  });

  it('answers nobody without a certificate but health checks', async () => {
    expect(await statusWithoutCertificate('/readyz')).equals(200);
    expect(await statusWithoutCertificate('/api/v1/namespaces')).equals(401);
  });
});

describe('the embedded PostgreSQL', () => {
  let database: TestDatabase;

  before(async () => {
    database = await createTenantsDatabase();
  });

  after(() => database.drop());

  it('gives us an owner that may create roles and nothing beyond', async () => {
    const { rows } = await database.pool.query(
      'SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user',
    );
    const expected = { rolsuper: false, rolcreatedb: false, rolcreaterole: true, rolbypassrls: false };
    expect(rows).deep.equals([expected]);
  });

  it('lets no other role into a database', async () => {
    const { rows } = await database.pool.query(
      `SELECT has_database_privilege('pg_monitor', current_database(), 'CONNECT') AS may`,
    );
    expect(rows).deep.equals([{ may: false }]);
  });

  it('is made fast enough to have one a spec file', async () => {
    const start = Date.now();
    const another = await createTenantsDatabase();
    const milliseconds = Date.now() - start;
    await another.drop();
    expect(milliseconds).lessThan(1_500);
  });
});

describe('the embedded Valkey', () => {
  it('forgets nothing and lets nobody in without the password', async () => {
    const redis = new Redis(fromRunner('REDIS_URL'));
    const settings = await redis.config('GET', 'appendonly', 'maxmemory-policy', 'bind');
    redis.disconnect();
    expect(settings).include.members(['yes', 'noeviction', '127.0.0.1']);
    const address = new URL(fromRunner('REDIS_URL'));
    address.password = '';
    const stranger = new Redis(address.href, { retryStrategy: () => null });
    // It also greets, which is refused in the same words.
    stranger.on('error', () => {});
    const refusal = await stranger.get('key').catch(String);
    stranger.disconnect();
    expect(refusal).includes('NOAUTH');
  });
});

async function kubectl(...args: string[]): Promise<string> {
  const env = { KUBECONFIG: kubeconfigPath(), HOME: '/nonexistent' };
  const { stdout } = await promisify(execFile)(join(toolPath(), 'kubectl'), args, { env });
  return stdout;
}

async function list(kind: string, ...args: string[]): Promise<Item[]> {
  return JSON.parse(await kubectl('get', kind, '-o', 'json', ...args)).items;
}

async function readyNodes(): Promise<Item[] | undefined> {
  const nodes = await list('nodes');
  const isReady = ({ status }: Item) =>
    status.conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True');
  return nodes.length === 10 && nodes.every(isReady) ? nodes : undefined;
}

function typeOf(nodes: readonly Item[] | undefined): string | undefined {
  return nodes?.[0]?.metadata.labels['node.kubernetes.io/instance-type'];
}

function statusWithoutCertificate(path: string): Promise<number | undefined> {
  const config = JSON.parse(readFileSync(kubeconfigPath(), 'utf8'));
  const { server, 'certificate-authority-data': authority } = config.clusters[0].cluster;
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  request(`${server}${path}`, { ca: Buffer.from(authority, 'base64'), agent: false }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode));
  })
    .on('error', reject)
    .end();
  return promise;
}
