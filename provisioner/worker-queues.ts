/** Everything of a worker that lives on Redis. */
import type { WorkerConfig } from './config.ts';
import { connectProducerRedis, connectWorkerRedis } from './intake/redis.ts';
import { startRelay } from './intake/relay.ts';
import { startSignupsWorker } from './intake/signups-worker.ts';
import { openWakeups } from './intake/wakeups.ts';
import type { Reconciler } from './reconcile/reconciler.ts';
import { startSweeper } from './reconcile/sweeper.ts';
import { startWakeupsWorker } from './reconcile/wakeups-worker.ts';

export interface WorkerQueues {
  /** @throws when Redis does not answer within seconds */
  ping(): Promise<unknown>;
  /** Takes nothing more and waits for what is under way. */
  close(): Promise<void>;
}

/** Starts taking signups and wake-ups, relaying the outbox and sweeping. */
export function startQueues(config: WorkerConfig, reconciler: Reconciler): WorkerQueues {
  const { db, logger } = reconciler;
  const prefix = config.LANDLORD_QUEUE_PREFIX;
  const producer = connectProducerRedis(config.REDIS_URL, logger);
  const forSignups = connectWorkerRedis(config.REDIS_URL, logger);
  const forWakeups = connectWorkerRedis(config.REDIS_URL, logger);
  const wakeups = openWakeups(producer, prefix, logger);
  const concurrency = config.LANDLORD_WORKER_CONCURRENCY;
  const erasuresPerHour = config.LANDLORD_ERASURES_PER_HOUR;
  const parts = [
    startSignupsWorker({ db, connection: forSignups, prefix, logger }),
    startWakeupsWorker({ reconciler, connection: forWakeups, prefix, concurrency }),
    startRelay({ db, databaseUrl: config.CONTROL_DATABASE_URL, wakeups, logger }),
    startSweeper({ db, wakeups, logger, erasuresPerHour }),
  ];
  return {
    ping: () => producer.ping(),
    async close() {
      await Promise.all(parts.map((part) => part.close()));
      await wakeups.close();
      for (const connection of [producer, forSignups, forWakeups]) connection.disconnect();
    },
  };
}
