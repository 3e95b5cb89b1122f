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
import { type ClusterConnection, connectToCluster } from './kubernetes/connection.ts';
import { createCatalogue } from './reconcile/catalogue.ts';
import type { Reconciler } from './reconcile/reconciler.ts';
import type { Catalogue } from './reconcile/step.ts';
import { startQueues } from './worker-queues.ts';

/** How long a stopping worker lets operations finish before it hands them back. */
const FINISH_MS = 12_000;

export interface RunningWorker {
  /** What keeps the worker from its work now, as sentences; empty when nothing does. */
  problems(): Promise<string[]>;
  /** Takes nothing new, finishes what is under way or hands it back, and closes every connection. */
  close(): Promise<void>;
}

/** What a worker holds open while it runs. */
interface Connections {
  readonly db: Pool;
  readonly tenantsDatabase: Pool;
  readonly cluster: ClusterConnection;
}

/** Starts a worker and returns once it takes work. @throws when an engine can't be reached or is not the pinned one */
export async function startWorker(config: WorkerConfig, logger: Logger): Promise<RunningWorker> {
  const connections = connect(config);
  const { db, tenantsDatabase } = connections;
  const stopping = new AbortController();
  const reconciler: Reconciler = {
    db,
    cell: cellOf(config),
    catalogue: await openCatalogue(config, connections, logger),
    holder: `${hostname()}/${process.pid}`,
    stopping: stopping.signal,
    logger,
  };
  await prepareTenantsDatabase(tenantsDatabase);
  const checkpoints = await openCheckpoints(config.LANDLORD_CHECKPOINTS_DIRECTORY);
  const sealer = startSealer({ db, key: config.LANDLORD_AUDIT_KEY, checkpoints, logger });
  const drift = startDriftScheduler({
    ...connections,
    ...reconciler,
    policy: config.LANDLORD_DRIFT_POLICY,
    intervalMinutes: config.LANDLORD_DRIFT_INTERVAL_MINUTES,
  });
  const queues = startQueues(config, reconciler);
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
      await disconnect(connections);
    },
  };
}

function connect(config: WorkerConfig): Connections {
  const lanes = config.LANDLORD_WORKER_CONCURRENCY + SCAN_LANES;
  return {
    // Beside the lanes: eight signups at once, leases, relay, sweeper, sealer, scan and health.
    db: openPool(config.CONTROL_DATABASE_URL, 'landlord-worker', lanes + 8),
    tenantsDatabase: openPool(config.TENANT_DATABASE_URL, 'landlord-provisioner', lanes + 1),
    cluster: connectToCluster(config.KUBECONFIG),
  };
}

async function disconnect({ db, tenantsDatabase, cluster }: Connections): Promise<void> {
  cluster.close();
  await Promise.all([db.end(), tenantsDatabase.end()]);
}

async function openCatalogue(
  config: WorkerConfig,
  { tenantsDatabase, cluster }: Connections,
  logger: Logger,
): Promise<Catalogue> {
  const engine = await createEngine({
    mode: config.ENGINE,
    pathPrefix: config.PATH_PREFIX,
    runsDirectory: config.LANDLORD_RUNS_DIRECTORY,
    passphrase: config.LANDLORD_STATE_PASSPHRASE,
    provider: config.KUBERNETES_PROVIDER,
    logger,
  });
  return createCatalogue({
    tenantsDatabase,
    cluster,
    engine,
    kubernetesProvider: config.KUBERNETES_PROVIDER,
  });
}

function openPool(connectionString: string, application_name: string, max: number): Pool {
  const pool = new Pool({ connectionString, application_name, max, connectionTimeoutMillis: 10_000 });
  // An idle connection that breaks is replaced by the next query; without a listener it would end the process.
  return pool.on('error', () => undefined);
}
