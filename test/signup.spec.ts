/** A signup's whole way, on real engines: queue, control database, engine, cluster, tenants' database. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue, QueueEvents } from 'bullmq';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { connectToCluster } from '../provisioner/kubernetes/connection.ts';
import { listTenants } from '../provisioner/store/list-tenants.ts';
import { auditPublicKey, readAuditKey } from '../tenancy/audit/keys.ts';
import { TENANT_LABEL } from '../tenancy/names.ts';
import { PLANS } from '../tenancy/plans.ts';
import { SIGNUP_JOB, SIGNUPS_QUEUE, signupAcceptedSchema } from '../tenancy/signup.ts';
import type { TenantView } from '../tenancy/tenant-view.ts';
import { verifyAuditLog } from './support/audit.ts';
import { kubeconfigPath } from './support/cluster.ts';
import { createControlDatabase, createTenantsDatabase, type TestDatabase } from './support/databases.ts';
import { eventually } from './support/eventually.ts';
import type { ProvisionerProcess } from './support/provisioner-process.ts';
import { type TestQueue, testQueue } from './support/queue.ts';
import { AUDIT_KEY, checkpointsDirectory, startWorkerProcess } from './support/worker-process.ts';

const READY_MS = 60_000;

interface Pod {
  readonly status: { readonly phase: string };
}

/** A pod as Pod Security "restricted" wants it, but for `privileged`; it names no resources, the limit range does. */
function pod(name: string, privileged: boolean) {
  const securityContext = {
    allowPrivilegeEscalation: privileged,
    privileged,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const container = { name: 'app', image: 'registry.example/app:1', securityContext };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [container] } };
}

describe('signup', function () {
  this.timeout(90_000);
  let control: TestDatabase;
  let tenants: TestDatabase;
  let redis: TestQueue;
  let connection: Redis;
  let queue: Queue;
  let eventsConnection: Redis;
  let events: QueueEvents;
  let runsDirectory: string;
  let worker: ProvisionerProcess;
  const cluster = connectToCluster(kubeconfigPath());

  before(async () => {
    [control, tenants] = await Promise.all([createControlDatabase(), createTenantsDatabase()]);
    runsDirectory = await mkdtemp(join(tmpdir(), 'landlord-runs-'));
    redis = testQueue();
    connection = new Redis(redis.redisUrl, { maxRetriesPerRequest: null });
    queue = new Queue(SIGNUPS_QUEUE, { connection, prefix: redis.prefix });
    eventsConnection = connection.duplicate();
    events = new QueueEvents(SIGNUPS_QUEUE, { connection: eventsConnection, prefix: redis.prefix });
    await events.waitUntilReady();
    worker = await startWorker();
  });
  after(async () => {
    await worker.end('SIGTERM');
    await Promise.all([queue.close(), events.close()]);
    for (const each of [connection, eventsConnection]) each.disconnect();
    for (const tenant of await listTenants(control.pool, { limit: 100 })) {
      await cluster.request({ method: 'DELETE', path: `/api/v1/namespaces/${tenant.namespace}` });
    }
    cluster.close();
    await redis.obliterate();
    await rm(runsDirectory, { recursive: true });
    await Promise.all([control.drop(), tenants.drop()]);
  });

  const startWorker = () =>
    startWorkerProcess({ controlUrl: control.url, tenantsUrl: tenants.url, queue: redis, runsDirectory });
  const signup = (slug: string) => ({
    version: 1,
    slug,
    company: 'Acme Ltd',
    email: 'ada@acme.example',
    plan: 'team',
    idempotencyKey: slug,
  });
  const tenantOf = async (slug: string): Promise<TenantView | undefined> =>
    (await listTenants(control.pool, { slug, limit: 1 }))[0];
  const becomesReady = (slug: string) =>
    eventually(
      async () => {
        const tenant = await tenantOf(slug);
        return expect(tenant?.state, tenant?.reason ?? slug).to.equal('ready');
      },
      { timeoutMs: READY_MS },
    );

  async function expectWholeTenant(slug: string): Promise<void> {
    const tenant = await tenantOf(slug);
    if (tenant === undefined) throw new Error(`no tenant ${slug}`);
    const path = `/api/v1/namespaces/${tenant.namespace}/resourcequotas`;
    const quotas = (await cluster.request({ method: 'GET', path })) as {
      items: { status: { hard: { pods: string } } }[];
    };
    expect(quotas.items.map((quota) => quota.status.hard.pods)).to.deep.equal([
      `${PLANS[tenant.plan].limits.pods}`,
    ]);
    const { rows } = await tenants.pool.query(
      'SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = $1 AND tablename = ANY($2)',
      [tenant.schema, ['members', 'projects', 'tasks', 'api_tokens', 'usage_events', 'settings']],
    );
    expect(rows[0].n).to.equal(6);
  }

  it('of five companies on the queue makes five working tenants', async () => {
    const file = await readFile(join(import.meta.dirname, '../examples/signups.jsonl'), 'utf8');
    const signups = file
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const jobs = await queue.addBulk(signups.map((data) => ({ name: SIGNUP_JOB, data })));
    const accepted = await Promise.all(jobs.map((job) => job.waitUntilFinished(events, READY_MS)));
    for (const each of accepted) signupAcceptedSchema.parse(each);
    for (const { slug } of signups) await becomesReady(slug);
    for (const { slug } of signups) await expectWholeTenant(slug);
  });

  it('makes a namespace in which a well-behaved pod runs and a privileged one is refused', async () => {
    const tenant = await tenantOf('northwind');
    const path = `/api/v1/namespaces/${tenant?.namespace}/pods`;
    await cluster.request({ method: 'POST', path, body: pod('polite', false) });
    await eventually(async () => {
      const { status } = (await cluster.request({ method: 'GET', path: `${path}/polite` })) as Pod;
      return expect(status.phase, JSON.stringify(status)).to.equal('Running');
    });
    const refused = await cluster
      .request({ method: 'POST', path, body: pod('rude', true) })
      .catch((error) => error);
    expect(refused).to.have.property('message').that.includes('violates PodSecurity');
  });

  it('sent ten times makes one tenant', async () => {
    const jobs = await queue.addBulk(
      Array.from({ length: 10 }, () => ({ name: SIGNUP_JOB, data: signup('once-only') })),
    );
    const accepted = await Promise.all(jobs.map((job) => job.waitUntilFinished(events, READY_MS)));
    expect(new Set(accepted.map((each) => each.tenantId)).size).to.equal(1);
    await becomesReady('once-only');
  });

  it('survives a worker killed in the middle of five', async () => {
    const slugs = ['ash', 'birch', 'cedar', 'dogwood', 'elm'];
    await queue.addBulk(slugs.map((slug) => ({ name: SIGNUP_JOB, data: signup(slug) })));
    await eventually(async () => {
      const { rows } = await control.pool.query(
        `SELECT count(*)::int AS n FROM operation_steps WHERE name = 'stack' AND state = 'running'`,
      );
      return expect(rows[0].n).to.be.above(1);
    });
    await worker.end('SIGKILL');
    worker = await startWorker();
    for (const slug of slugs) await becomesReady(slug);
    for (const slug of slugs) await expectWholeTenant(slug);
  });

  it('is in a sound audit log, with what each attempt called', async () => {
    const tenant = await tenantOf('once-only');
    const { rows } = await control.pool.query(
      `SELECT detail FROM audit WHERE tenant_id = $1 AND action = 'operation.attempt'`,
      [tenant?.id],
    );
    expect(rows[0]?.detail).to.include({ target: 'active', attempt: 1, result: 'ready' });
    expect(rows[0]?.detail.calls).to.deep.include({
      service: 'kubernetes',
      call: 'PATCH namespaces',
      count: 1,
    });
    const publicKey = auditPublicKey(readAuditKey(AUDIT_KEY));
    const log = { publicKey, directory: checkpointsDirectory(runsDirectory) };
    await eventually(async () => (await verifyAuditLog(control.pool, log)).unsealedEntries === 0);
    expect((await verifyAuditLog(control.pool, log)).problems).to.deep.equal([]);
  });

  it('leaves nothing that no tenant owns', async () => {
    const owned = new Set((await listTenants(control.pool, { limit: 100 })).map((tenant) => tenant.schema));
    const { rows } = await tenants.pool.query(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'`);
    expect(new Set(rows.map((row) => row.nspname))).to.deep.equal(owned);
    const path = `/api/v1/namespaces?labelSelector=${TENANT_LABEL}`;
    const { items } = (await cluster.request({ method: 'GET', path })) as {
      items: { metadata: { labels: Record<string, string> } }[];
    };
    const labelled = items.map((namespace) => namespace.metadata.labels[TENANT_LABEL]);
    for (const id of owned) expect(labelled.filter((label) => label === id)).to.have.length(1);
  });

  it('is handed back by a worker that is told to stop, within twenty seconds', async () => {
    await queue.add(SIGNUP_JOB, signup('at-closing-time'));
    await eventually(async () => expect(await tenantOf('at-closing-time')).not.to.equal(undefined));
    const told = performance.now();
    expect(await worker.end('SIGTERM')).to.equal(0);
    expect(performance.now() - told).to.be.below(20_000);
    worker = await startWorker();
    await becomesReady('at-closing-time');
  });
});
