import { Queue, QueueEvents } from 'bullmq';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import winston from 'winston';
import { newTenantId } from '../../tenancy/ids.ts';
import { deadLetterListSchema, queueListSchema } from '../../tenancy/queue-view.ts';
import { SIGNUP_JOB, SIGNUPS_QUEUE } from '../../tenancy/signup.ts';
import { startApi, type TestApi } from '../../test/support/api.ts';
import { send, sendJson } from '../../test/support/api-request.ts';
import { requestTenant } from '../../test/support/control-tenants.ts';
import { eventually } from '../../test/support/eventually.ts';
import { startSignupsWorker } from '../intake/signups-worker.ts';
import { openWakeups } from '../intake/wakeups.ts';

const logger = winston.createLogger({ silent: true });

describe('queues over HTTP', () => {
  let api: TestApi;
  let connection: Redis;
  let queue: Queue;
  before(async () => {
    api = await startApi();
    connection = new Redis(api.queue.redisUrl, { maxRetriesPerRequest: null });
    queue = new Queue(SIGNUPS_QUEUE, { connection, prefix: api.queue.prefix });
  });
  after(async () => {
    await queue.close();
    connection.disconnect();
    await api.stop();
  });
  afterEach(() => queue.obliterate({ force: true }));

  const overview = async () => {
    const { items } = queueListSchema.parse((await send(api, '/v1/queues')).body);
    return Object.fromEntries(items.map((item) => [item.name, item]));
  };
  const deadLetters = async () =>
    deadLetterListSchema.parse((await send(api, '/v1/queues/signups/dead-letters')).body).items;
  const act = (id: string, verb: string, body: unknown = { reason: 'mended by hand' }) =>
    sendJson(api, 'POST', `/v1/queues/signups/dead-letters/${encodeURIComponent(id)}/${verb}`, body);
  const auditRows = async () =>
    (await api.database.pool.query(`SELECT action, tenant_id, detail FROM audit WHERE action LIKE 'dead-%'`))
      .rows;

  /** Lets a worker fail on the payload, and stops it. */
  async function fail(payload: unknown): Promise<string> {
    const listening = connection.duplicate();
    const events = new QueueEvents(SIGNUPS_QUEUE, { connection: listening, prefix: api.queue.prefix });
    await events.waitUntilReady();
    const options = { connection, prefix: api.queue.prefix, logger };
    const worker = startSignupsWorker({ db: api.database.pool, ...options });
    try {
      const job = await queue.add(SIGNUP_JOB, payload);
      await job.waitUntilFinished(events, 10_000).catch(() => undefined);
      await eventually(() => job.isFailed());
      return String(job.id);
    } finally {
      await Promise.all([worker.close(), events.close()]);
      listening.disconnect();
    }
  }

  it('tell how much waits since when, the outbox included', async () => {
    await requestTenant(api.database.pool);
    const before = Date.now();
    await queue.add(SIGNUP_JOB, { slug: 'first' }, { timestamp: before - 60_000 });
    await queue.add(SIGNUP_JOB, { slug: 'second' });
    await queue.add(SIGNUP_JOB, { slug: 'later' }, { delay: 60_000 });
    const { signups, wakeups, outbox } = await overview();
    expect(signups).to.include({ waiting: 2, delayed: 1, active: 0, failed: 0 });
    expect(signups?.oldestAt).to.equal(new Date(before - 60_000).toISOString());
    expect(wakeups).to.include({ waiting: 0, oldestAt: null });
    expect(outbox).to.include({ waiting: 1 });
    expect(Date.parse(outbox?.oldestAt ?? '')).to.be.closeTo(before, 10_000);
  });

  it('tell whose wake-ups wait', async () => {
    const wakeups = openWakeups(connection, api.queue.prefix, logger);
    const [one, other] = [newTenantId(), newTenantId()];
    await wakeups.wake([one, other]);
    await wakeups.wakeAs(other, '2');
    await wakeups.close();
    const tenants = (await overview()).wakeups?.tenants.map(({ tenantId, jobs }) => [tenantId, jobs]);
    expect(tenants).to.deep.equal([
      [other, 2],
      [one, 1],
    ]);
  });

  it('list dead letters with the reason, and with no more than a beginning of their data', async () => {
    const id = await fail({ version: 2, company: 'x'.repeat(10_000) });
    const [letter, ...others] = await deadLetters();
    expect(others).to.deep.equal([]);
    expect(letter).to.include({ id, name: SIGNUP_JOB });
    expect(letter?.reason).to.match(/^version: must be 1/);
    expect(letter?.data).to.have.length(2_000);
    expect(letter?.failedAt).to.be.a('string');
    expect((await overview()).signups).to.include({ failed: 1, waiting: 0, oldestAt: null });
  });

  it('requeue a dead letter, with a reason that stays in the audit log', async () => {
    const id = await fail({ version: 2 });
    const answer = await act(id, 'requeue');
    expect(answer.status, answer.text).to.equal(200);
    expect(answer.body).to.deep.equal({ queue: 'signups', id, done: 'requeued' });
    expect((await overview()).signups).to.include({ waiting: 1, failed: 0 });
    expect(await auditRows()).to.deep.include({
      ...{ action: 'dead-letter.requeue', tenant_id: null },
      detail: { queue: 'signups', jobId: id, reason: 'mended by hand' },
    });
  });

  it('drop a dead letter', async () => {
    const id = await fail({ version: 2 });
    expect((await act(id, 'drop')).body).to.include({ done: 'dropped' });
    expect(await deadLetters()).to.deep.equal([]);
    expect(await queue.getJob(id)).to.equal(undefined);
    expect((await auditRows()).map(({ action }) => action)).to.include('dead-letter.drop');
    expect((await act(id, 'drop')).status, 'a second time').to.equal(404);
  });

  it('touch nothing without a reason, no job that did not fail, no queue of another name', async () => {
    const dead = await fail({ version: 2 });
    const waiting = String((await queue.add(SIGNUP_JOB, {})).id);
    const rows = await auditRows();
    expect((await act(dead, 'drop', {})).status).to.equal(400);
    for (const id of [waiting, 'none', `../${dead}`, 'x'.repeat(300)]) {
      expect((await act(id, 'drop')).status).to.equal(404);
    }
    expect((await send(api, '/v1/queues/other/dead-letters')).status).to.equal(404);
    expect((await overview()).signups).to.include({ waiting: 1, failed: 1 });
    expect(await auditRows()).to.deep.equal(rows);
  });
});

describe('queues without Redis', () => {
  it('are answered 503 with Retry-After', async () => {
    const api = await startApi({ redisUrl: 'redis://127.0.0.1:1' });
    try {
      const answer = await send(api, '/v1/queues');
      expect(answer.status).to.equal(503);
      expect(answer.headers.get('Retry-After')).to.equal('2');
      expect((await send(api, '/v1/tenants')).status, 'the rest goes on').to.equal(200);
    } finally {
      await api.stop();
    }
  });
});
