/** The verbs of a tenant's life as people and programs type them, against a real API. */
import { Queue, UnrecoverableError, Worker } from 'bullmq';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { beginErasures } from '../provisioner/store/begin-erasures.ts';
import { findTenant } from '../provisioner/store/find-tenant.ts';
import type { TenantId } from '../tenancy/ids.ts';
import { SIGNUPS_QUEUE } from '../tenancy/signup.ts';
import { APPROVER_TOKEN, startApi, type TestApi } from '../test/support/api.ts';
import { erase, fail, readyTenant, realise } from '../test/support/control-tenants.ts';
import { eventually } from '../test/support/eventually.ts';
import { type Run, runLandlord, startLandlord } from '../test/support/run-landlord.ts';

describe('landlord, for the life of a tenant', function () {
  this.timeout(60_000);
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.stop());

  const landlord = (...args: string[]): Promise<Run> => runLandlord(args, { api });
  const view = async (id: TenantId) => {
    const tenant = await findTenant(api.database.pool, id);
    if (tenant === undefined) throw new Error(`${id} is gone`);
    return tenant;
  };
  const ready = async () => {
    const id = await readyTenant(api.database.pool);
    return { id, slug: (await view(id)).slug };
  };

  it('suspends by slug, and tells how to follow', async () => {
    const { id, slug } = await ready();
    const run = await landlord('tenants', 'suspend', slug);
    expect(run.code, run.stderr).to.equal(0);
    expect(run.stdout).to.equal(`${slug} is updating; follow it: landlord tenants watch ${slug}\n`);
    expect((await view(id)).generation).to.equal(2);
  });

  it('waits until it is done', async () => {
    const { id } = await ready();
    const { done } = startLandlord(['tenants', 'suspend', id, '--wait', '--json'], { api });
    await eventually(async () => (await view(id)).state === 'updating');
    await realise(api.database.pool, id);
    const run = await done;
    expect(run.code, run.stderr).to.equal(0);
    expect(JSON.parse(run.stdout)).to.include({ id, state: 'suspended', observedGeneration: 2 });
  });

  it('ends with 1 when what it waited for failed', async () => {
    const { id } = await ready();
    const { done } = startLandlord(['tenants', 'update', id, '--plan', 'business', '--wait'], { api });
    await eventually(async () => (await view(id)).state === 'updating');
    await fail(api.database.pool, id);
    const run = await done;
    expect(run.code).to.equal(1);
    expect(run.stderr).to.contain('the API server says no');
  });

  it('ends with 4 in a state that does not allow it, and says what it does allow', async () => {
    const { id } = await ready();
    const run = await landlord('tenants', 'resume', id, '--json');
    expect(run.code).to.equal(4);
    const { error } = JSON.parse(run.stderr);
    expect(error.message).to.contain('allowed now: update, suspend, delete');
    expect(error.problem.allowed).to.deep.equal(['update', 'suspend', 'delete']);
  });

  it('changes company and plan, unless somebody else was faster', async () => {
    const { id } = await ready();
    const args = ['tenants', 'update', id, '--plan', 'business', '--company', 'Acme Holding'];
    const [first, nothing] = [await landlord(...args), await landlord('tenants', 'update', id)];
    expect(first.code, first.stderr).to.equal(0);
    expect(await view(id)).to.include({ plan: 'business', company: 'Acme Holding', generation: 2 });
    expect(nothing.code).to.equal(2);
    const late = await landlord(...args, '--if-generation', '1');
    expect(late.code).to.equal(4);
    expect(late.stderr).to.contain('changed meanwhile');
  });

  it('sets limits of a contract beside those set before, or instead of them', async () => {
    const { id } = await ready();
    expect((await landlord('tenants', 'override', id, 'pods=40')).code).to.equal(0);
    await landlord('tenants', 'override', id, 'cpuCores=8', '--json');
    expect((await view(id)).overrides).to.deep.equal({ pods: 40, cpuCores: 8 });
    await landlord('tenants', 'override', id, '--clear', 'pods=50');
    expect((await view(id)).overrides).to.deep.equal({ pods: 50 });
    const shown = await landlord('tenants', 'show', id);
    expect(shown.stdout).to.match(/^overrides +pods=50$/m);
    const refused = [['pods=many'], ['podz=4']].map((limits) =>
      landlord('tenants', 'override', id, ...limits),
    );
    expect((await Promise.all(refused)).map(({ code }) => code)).to.deep.equal([2, 2]);
  });

  it('deletes with a grace, and takes it back', async () => {
    const { id, slug } = await ready();
    const deleted = await landlord('tenants', 'delete', slug);
    expect(deleted.stdout).to.match(
      new RegExp(`^${slug} is deleting, to be erased after \\d{4}-.*Z; follow`),
    );
    const cancelled = await landlord('tenants', 'cancel-deletion', slug);
    expect(cancelled.code, cancelled.stderr).to.equal(0);
    expect(await view(id)).to.include({ state: 'updating', eraseAfter: null });
  });

  it('wants a short grace confirmed, and follows the erasure to its end', async () => {
    const { pool } = api.database;
    const { id, slug } = await ready();
    const args = ['tenants', 'delete', id, '--grace-hours', '0'];
    const unsure = await landlord(...args);
    expect(unsure.code).to.equal(2);
    expect(unsure.stderr).to.contain(`--confirm ${slug}`);
    expect((await view(id)).state).to.equal('ready');
    const { done } = startLandlord([...args, '--confirm', slug, '--wait', '--json'], { api });
    await eventually(async () => (await beginErasures(pool, 1_000)).includes(id));
    await erase(pool, id);
    const run = await done;
    expect(run.code, run.stderr).to.equal(0);
    expect(JSON.parse(run.stdout)).to.include({ state: 'deleted', company: '' });
    expect((await landlord('tenants', 'delete', id)).code, 'what is erased already').to.equal(4);
  });

  it('lets a tenant in its grace settle', async () => {
    const { id } = await ready();
    await landlord('tenants', 'delete', id);
    await realise(api.database.pool, id);
    const run = await landlord('tenants', 'watch', id, '--timeout', '10');
    expect(run.code, run.stderr).to.equal(0);
    expect(run.stdout).to.contain(' deleting\n');
  });

  it('lets another person approve an erasure, and only another', async () => {
    const { id } = await ready();
    await landlord('tenants', 'delete', id);
    const own = await landlord('tenants', 'approve-erasure', id);
    expect(own.code).to.equal(7);
    expect(own.stderr).to.contain('another token has to');
    const env = { LANDLORD_API_TOKEN: APPROVER_TOKEN };
    const other = await runLandlord(['tenants', 'approve-erasure', id], { api, env });
    expect(other.code, other.stderr).to.equal(0);
    expect(other.stdout).to.match(/ is deleting; its erasure is approved\n$/);
  });

  it('holds a tenant for the law, and releases it', async () => {
    const { id } = await ready();
    const held = await landlord('tenants', 'hold', id, '--reason', 'case 17');
    expect(held.stdout).to.match(/ is ready; it is under legal hold\n$/);
    expect((await landlord('tenants', 'delete', id)).code).to.equal(4);
    const released = await landlord('tenants', 'release', id, '--reason', 'closed', '--json');
    expect(JSON.parse(released.stdout)).to.include({ id, legalHold: false });
  });

  it('shows queues and dead letters, requeues one and drops it', async () => {
    const { prefix } = api.queue;
    const connection = new Redis(api.queue.redisUrl, { maxRetriesPerRequest: null });
    const queue = new Queue(SIGNUPS_QUEUE, { connection, prefix });
    try {
      const id = await addDeadLetter(queue, connection);
      const list = await landlord('queues', 'list');
      expect(list.stdout).to.match(/^QUEUE +WAITING +ACTIVE +DELAYED +DEAD +OLDEST SINCE$/m);
      expect(list.stdout).to.match(/^signups +0 +0 +0 +1 +-$/m);
      const dead = await landlord('queues', 'dead-letters');
      expect(dead.stdout).to.match(new RegExp(`^${id} +\\d{4}-.*Z +slug: \\[31mno$`, 'm'));
      const unexplained = await landlord('queues', 'drop', 'signups', id);
      expect(unexplained.code).to.equal(2);
      const dropped = await landlord('queues', 'drop', 'signups', id, '--reason', 'sent by mistake');
      expect(dropped.stdout).to.equal(`signups ${id}: dropped\n`);
      const gone = await landlord('queues', 'requeue', 'signups', id, '--reason', 'mended');
      expect(gone.code).to.equal(3);
    } finally {
      await queue.close();
      connection.disconnect();
    }
  });
});

/** A job that failed, with a reason that would colour a terminal. */
async function addDeadLetter(queue: Queue, connection: Redis): Promise<string> {
  const refuse = () => Promise.reject(new UnrecoverableError('slug: \u001b[31mno'));
  const worker = new Worker(queue.name, refuse, { connection, prefix: queue.opts.prefix ?? '' });
  try {
    const job = await queue.add('signup', {});
    await eventually(() => job.isFailed());
    return String(job.id);
  } finally {
    await worker.close();
  }
}
