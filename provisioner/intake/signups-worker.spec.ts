import { Queue, QueueEvents, type Worker } from 'bullmq';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { SIGNUP_JOB, SIGNUPS_QUEUE } from '../../tenancy/signup.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { eventually } from '../../test/support/eventually.ts';
import { type TestQueue, testQueue } from '../../test/support/queue.ts';
import { createLogger } from '../log.ts';
import { startSignupsWorker } from './signups-worker.ts';

const logger = createLogger('test', 'error');
logger.silent = true;

describe('signups queue', () => {
  let database: TestDatabase;
  let redis: TestQueue;
  let connection: Redis;
  let queue: Queue;
  let eventsConnection: Redis;
  let events: QueueEvents;
  let worker: Worker;

  before(async () => {
    database = await createControlDatabase();
    redis = testQueue();
    connection = new Redis(redis.redisUrl, { maxRetriesPerRequest: null });
    const options = { connection, prefix: redis.prefix };
    queue = new Queue(SIGNUPS_QUEUE, options);
    eventsConnection = connection.duplicate();
    events = new QueueEvents(SIGNUPS_QUEUE, { ...options, connection: eventsConnection });
    await events.waitUntilReady();
    worker = startSignupsWorker({ db: database.pool, ...options, logger });
  });
  after(async () => {
    await Promise.all([worker.close(), queue.close(), events.close()]);
    for (const each of [connection, eventsConnection]) each.disconnect();
    await redis.obliterate();
    await database.drop();
  });

  const data = (slug: string) => ({
    version: 1,
    slug,
    company: 'Acme Ltd',
    email: 'ada@acme.example',
    plan: 'starter',
    idempotencyKey: `key-${slug}`,
  });
  const outcomeOf = async (name: string, payload: unknown) => {
    const job = await queue.add(name, payload, { attempts: 5 });
    return job.waitUntilFinished(events, 10_000).then(
      (value) => ({ value, reason: undefined, job }),
      (error: Error) => ({ value: undefined, reason: error.message, job }),
    );
  };

  it('completes a job on acceptance', async () => {
    const { value } = await outcomeOf(SIGNUP_JOB, data('accepted'));
    expect(value?.tenantId).to.match(/^t_/);
    expect(value?.state).to.equal('requested');
  });

  const poison: [what: string, name: string, payload: unknown, reason: RegExp][] = [
    ['an unknown version', SIGNUP_JOB, { ...data('version-two'), version: 2 }, /^version: must be 1/],
    ['a reserved slug', SIGNUP_JOB, data('kube-system'), /^slug: is reserved/],
    ['an unknown plan', SIGNUP_JOB, { ...data('gold-plan'), plan: 'gold' }, /^plan: /],
    ['an unknown field', SIGNUP_JOB, { ...data('smuggler'), role: 'admin' }, /^role: is not a known field/],
    ['no data', SIGNUP_JOB, null, /^\(body\): /],
    ['another job name', 'sign-up', data('misnamed'), /must be "signup"/],
  ];
  for (const [what, name, payload, expected] of poison) {
    it(`fails a job with ${what}, at once and with the reason`, async () => {
      const { reason, job } = await outcomeOf(name, payload);
      expect(reason).to.match(expected);
      await eventually(async () => expect(await job.getState()).to.equal('failed'));
    });
  }

  it('lets others flow between bad ones', async () => {
    const outcomes = await Promise.all([
      outcomeOf(SIGNUP_JOB, data('good-one')),
      outcomeOf(SIGNUP_JOB, data('NOT GOOD')),
      outcomeOf(SIGNUP_JOB, data('good-two')),
    ]);
    expect(outcomes.map((each) => each.reason === undefined)).to.deep.equal([true, false, true]);
  });

  it('fails a taken slug and a reused key without a retry', async () => {
    await outcomeOf(SIGNUP_JOB, data('taken-slug'));
    const taken = await outcomeOf(SIGNUP_JOB, { ...data('taken-slug'), idempotencyKey: 'another' });
    expect(taken.reason).to.match(/"taken-slug" is taken/);
    const reused = await outcomeOf(SIGNUP_JOB, { ...data('taken-slug'), company: 'Other' });
    expect(reused.reason).to.match(/already used with another body/);
  });

  it('keeps a job on the queue while the control database is away', async () => {
    await worker.close();
    const nowhere = new Pool({ connectionString: 'postgresql://nobody@127.0.0.1:1/none' });
    const options = { connection, prefix: redis.prefix, logger };
    const blind = startSignupsWorker({ db: nowhere, ...options });
    const job = await queue.add(SIGNUP_JOB, data('patient'));
    await eventually(async () => expect(await job.getState()).to.equal('delayed'));
    await blind.close();
    await nowhere.end();
    worker = startSignupsWorker({ db: database.pool, ...options });
    expect((await job.waitUntilFinished(events, 10_000)).state).to.equal('requested');
  });
});
