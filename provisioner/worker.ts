/** A provisioner worker: takes signups, relays wake-ups, works on tenants, sweeps. */
import { hostname } from 'node:os';
import { Pool } from 'pg';
import type { Logger } from 'winston';
import { openCheckpoints } from './audit/checkpoints.ts';
import { startSealer } from './audit/sealer.ts';
import { cellOf, type WorkerConfig } from './config.ts';
import { prepareTenantsDatabase } from './database/prepare-cell.ts';
import { SCAN_LANES } from './drift/run-scan.ts';
import { startDriftScheduler } from './drift/scheduler.ts';
import { createEngine } from './engine/engine.ts';
import { connectProducerRedis, connectWorkerRedis } from './intake/redis.ts';
import { startRelay } from './intake/relay.ts';
import { startSignupsWorker } from './intake/signups-worker.ts';
import { openWakeups } from './intake/wakeups.ts';
import { connectToCluster } from './kubernetes/connection.ts';
import { createCatalogue } from './reconcile/catalogue.ts';
import type { Reconciler } from './reconcile/reconciler.ts';
import { startSweeper } from './reconcile/sweeper.ts';
import { startWakeupsWorker } from './reconcile/wakeups-worker.ts';

/** How long a stopping worker lets operations finish before it hands them back. */
const FINISH_MS = 12_000;

export interface RunningWorker {
  /** What keeps the worker from its work now, as sentences; empty when nothing does. */
  problems(): Promise<string[]>;
  /** Takes nothing new, finishes what is under way or hands it back, and closes every connection. */
  close(): Promise<void>;
}

/** Starts a worker and returns once it takes work. @throws when an engine can't be reached or is not the pinned one */
export async function startWorker(config: WorkerConfig, logger: Logger): Promise<RunningWorker> {
  const db = openPool(
    config.CONTROL_DATABASE_URL,
    'landlord-worker',
    config.LANDLORD_WORKER_CONCURRENCY + 8 + SCAN_LANES,
  );
  const tenantsDatabase = openPool(
    config.TENANT_DATABASE_URL,
    'landlord-provisioner',
    config.LANDLORD_WORKER_CONCURRENCY + 1 + SCAN_LANES,
  );
  const cluster = connectToCluster(config.KUBECONFIG);
  const stopping = new AbortController();
  const catalogue = createCatalogue({
    tenantsDatabase,
    cluster,
    engine: await createEngine({
      mode: config.ENGINE,
      pathPrefix: config.PATH_PREFIX,
      runsDirectory: config.LANDLORD_RUNS_DIRECTORY,
      passphrase: config.LANDLORD_STATE_PASSPHRASE,
      provider: config.KUBERNETES_PROVIDER,
      logger,
    }),
    kubernetesProvider: config.KUBERNETES_PROVIDER,
  });
  await prepareTenantsDatabase(tenantsDatabase);
  const checkpoints = await openCheckpoints(config.LANDLORD_CHECKPOINTS_DIRECTORY);
  const sealer = startSealer({ db, key: config.LANDLORD_AUDIT_KEY, checkpoints, logger });
  const holder = `${hostname()}/${process.pid}`;
  const cell = cellOf(config);
  const drift = startDriftScheduler({
    ...{ db, tenantsDatabase, cluster, cell, catalogue, holder, logger },
    policy: config.LANDLORD_DRIFT_POLICY,
    intervalMinutes: config.LANDLORD_DRIFT_INTERVAL_MINUTES,
  });
  const queues = startQueues(config, { db, cell, catalogue, holder, stopping: stopping.signal, logger });
  return {
    async problems() {
      const checks = [db.query('SELECT'), tenantsDatabase.query('SELECT'), queues.ping()];
      const answers = await Promise.allSettled(checks);
      return answers.flatMap((answer) => (answer.status === 'rejected' ? [String(answer.reason)] : []));
    },
    async close() {
      const timer = setTimeout(() => stopping.abort(new Error('the worker stops')), FINISH_MS);
      await Promise.all([queues.close(), drift.close()]);
      clearTimeout(timer);
      await sealer.close();
      cluster.close();
      await Promise.all([db.end(), tenantsDatabase.end()]);
    },
  };
}

/** Everything of a worker that lives on Redis. */
function startQueues(config: WorkerConfig, reconciler: Reconciler) {
  const { db, logger } = reconciler;
  const prefix = config.LANDLORD_QUEUE_PREFIX;
  const producer = connectProducerRedis(config.REDIS_URL, logger);
  const consumers = [
    connectWorkerRedis(config.REDIS_URL, logger),
    connectWorkerRedis(config.REDIS_URL, logger),
  ];
  const [first, second] = consumers as [(typeof consumers)[0], (typeof consumers)[0]];
  const wakeups = openWakeups(producer, prefix, logger);
  const concurrency = config.LANDLORD_WORKER_CONCURRENCY;
  const workers = [
    startSignupsWorker({ db, connection: first, prefix, logger }),
    startWakeupsWorker({ reconciler, connection: second, prefix, concurrency }),
  ];
  const relay = startRelay({ db, databaseUrl: config.CONTROL_DATABASE_URL, wakeups, logger });
  const sweeper = startSweeper({
    db,
    wakeups,
    logger,
    erasuresPerHour: config.LANDLORD_ERASURES_PER_HOUR,
  });
  return {
    ping: () => producer.ping(),
    async close() {
      await Promise.all([relay.close(), sweeper.close(), ...workers.map((worker) => worker.close())]);
      await wakeups.close();
      for (const connection of [producer, ...consumers]) connection.disconnect();
    },
  };
}

function openPool(connectionString: string, application_name: string, max: number): Pool {
  const pool = new Pool({ connectionString, application_name, max, connectionTimeoutMillis: 10_000 });
  // An idle connection that breaks is replaced by the next query; without a listener it would end the process.
  return pool.on('error', () => undefined);
}
