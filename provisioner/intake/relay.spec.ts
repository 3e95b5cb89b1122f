import { type Job, Worker } from 'bullmq';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { requestTenant } from '../../test/support/control-tenants.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { eventually } from '../../test/support/eventually.ts';
import { type TestQueue, testQueue } from '../../test/support/queue.ts';
import { createLogger } from '../log.ts';
import { startSweeper } from '../reconcile/sweeper.ts';
import { connectProducerRedis } from './redis.ts';
import { startRelay } from './relay.ts';
import { openWakeups, WAKEUPS_QUEUE } from './wakeups.ts';

const logger = createLogger('test', 'error');
logger.silent = true;

describe('outbox relay and sweeper', () => {
  let database: TestDatabase;
  let redis: TestQueue;
  let connection: Redis;
  let consumer: Redis;
  let worker: Worker;
  const woken: string[] = [];

  before(async () => {
    database = await createControlDatabase();
    redis = testQueue();
    connection = connectProducerRedis(redis.redisUrl, logger);
    consumer = new Redis(redis.redisUrl, { maxRetriesPerRequest: null });
    const take = async (job: Job) => void woken.push(job.data.tenantId);
    worker = new Worker(WAKEUPS_QUEUE, take, { connection: consumer, prefix: redis.prefix });
  });
  after(async () => {
    await worker.close();
    connection.disconnect();
    consumer.disconnect();
    await redis.obliterate();
    await database.drop();
  });

  const requested = () => requestTenant(database.pool);
  const outboxSize = async () =>
    (await database.pool.query('SELECT count(*)::int AS n FROM outbox')).rows[0].n;

  it('sends a wake-up after each commit and empties the outbox', async () => {
    const wakeups = openWakeups(connection, redis.prefix, logger);
    const relay = startRelay({ db: database.pool, databaseUrl: database.url, wakeups, logger });
    const ids = [await requested(), await requested()];
    await eventually(() => expect(woken).to.include.members(ids));
    expect(await outboxSize()).to.equal(0);
    await relay.close();
    await wakeups.close();
  });

  it('keeps what Redis did not take, and sends it when Redis is back', async () => {
    const away = connectProducerRedis('redis://127.0.0.1:1', logger);
    const nowhere = openWakeups(away, redis.prefix, logger);
    const stuck = startRelay({ db: database.pool, databaseUrl: database.url, wakeups: nowhere, logger });
    const id = await requested();
    await eventually(() => expect(away.status).to.equal('reconnecting'));
    await stuck.close();
    await nowhere.close();
    away.disconnect();
    expect(await outboxSize()).to.equal(1);
    const wakeups = openWakeups(connection, redis.prefix, logger);
    const relay = startRelay({ db: database.pool, databaseUrl: database.url, wakeups, logger });
    await eventually(() => expect(woken).to.include(id));
    await relay.close();
    await wakeups.close();
  });

  it('wakes a tenant whose wake-up was lost', async () => {
    const id = await requested();
    await database.pool.query('DELETE FROM outbox');
    await database.pool.query(`UPDATE tenants SET retry_at = now() - interval '3 seconds' WHERE id = $1`, [
      id,
    ]);
    const wakeups = openWakeups(connection, redis.prefix, logger);
    const sweeper = startSweeper({ db: database.pool, wakeups, logger, erasuresPerHour: 1 });
    await eventually(() => expect(woken).to.include(id));
    await sweeper.close();
    await wakeups.close();
  });
});
