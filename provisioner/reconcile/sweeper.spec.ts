import { type Job, Worker } from 'bullmq';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import winston from 'winston';
import type { TenantId } from '../../tenancy/ids.ts';
import { readyTenant, requestTenant, rowOf, wish } from '../../test/support/control-tenants.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { eventually } from '../../test/support/eventually.ts';
import { type TestQueue, testQueue } from '../../test/support/queue.ts';
import { openWakeups, WAKEUPS_QUEUE, type Wakeups } from '../intake/wakeups.ts';
import { startSweeper } from './sweeper.ts';

const logger = winston.createLogger({ silent: true });

describe('the sweeper', () => {
  let database: TestDatabase;
  let redis: TestQueue;
  let connection: Redis;
  let wakeups: Wakeups;
  let worker: Worker;
  const woken = new Set<string>();
  beforeEach(async () => {
    database = await createControlDatabase();
    redis = testQueue();
    connection = new Redis(redis.redisUrl, { maxRetriesPerRequest: null });
    wakeups = openWakeups(connection, redis.prefix, logger);
    const note = async (job: Job) => void woken.add(job.data.tenantId);
    worker = new Worker(WAKEUPS_QUEUE, note, { connection, prefix: redis.prefix });
  });
  afterEach(async () => {
    await Promise.all([worker.close(), wakeups.close()]);
    connection.disconnect();
    await redis.obliterate();
    await database.drop();
  });

  const overdue = async (): Promise<TenantId> => {
    const id = await requestTenant(database.pool);
    await database.pool.query(`UPDATE tenants SET retry_at = now() - interval '1 minute' WHERE id = $1`, [
      id,
    ]);
    return id;
  };
  const sweeping = async (check: () => Promise<boolean>) => {
    const sweeper = startSweeper({ db: database.pool, wakeups, logger, erasuresPerHour: 1 });
    try {
      await eventually(check);
    } finally {
      await sweeper.close();
    }
  };

  it('wakes what is overdue, and begins the erasure of what has no grace left', async () => {
    const id = await overdue();
    const deleted = await readyTenant(database.pool);
    await wish(database.pool, deleted, { wish: 'delete', graceHours: 0 });
    await sweeping(async () => woken.has(id) && (await rowOf(database.pool, deleted)).wanted === 'erased');
  });

  it('wakes what is overdue even when no erasure can begin', async () => {
    const id = await overdue();
    await database.pool.query('ALTER TABLE tenants RENAME COLUMN erasure_approved_by TO gone');
    await sweeping(async () => woken.has(id));
    expect([...woken]).to.include(id);
  });
});
