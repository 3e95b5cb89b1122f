import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptSignup } from '../../provisioner/intake/accept-signup.ts';
import { connectToCluster } from '../../provisioner/kubernetes/connection.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import { kubeconfigPath } from '../support/cluster.ts';
import { createControlDatabase, createTenantsDatabase } from '../support/databases.ts';
import type { ProvisionerProcess } from '../support/provisioner-process.ts';
import { testQueue } from '../support/queue.ts';
import { startWorkerProcess } from '../support/worker-process.ts';
import { watchFences } from './fence-watch.ts';
import { FAILPOINT_MODULE } from './preloads.ts';
import type { Random } from './random.ts';
import { sampleSignup } from './sample-signup.ts';
import type { Stage, WorkerOptions } from './stage.ts';
import { removeNamespaces } from './tenant-namespaces.ts';
import { whatExists } from './what-exists.ts';

/** Of a crashed worker's log. */
const LAST_LINES = 20;

/** @param isAlone whether nobody else uses the engines, so that whatever appears there is the stage's */
export async function openStage(random: Random, isAlone: boolean): Promise<Stage> {
  const world = await openWorld();
  const { control, tenants, queue, runsDirectory } = world;
  const accepted = new Map<string, TenantId>();
  const fences = watchFences(control.pool, tenants.pool);
  const signUpOne = async () => {
    const slug = `s${random.seed}-${random.below(2 ** 31)}`;
    const { tenantId } = await acceptSignup(control.pool, sampleSignup(slug));
    accepted.set(slug, tenantId);
    return tenantId;
  };
  const workers: ProvisionerProcess[] = [];
  const crashes: string[] = [];
  const closings: (() => Promise<unknown>)[] = [];
  return {
    ...world,
    ...{ fences, random, accepted, workers, crashes, signUpOne },
    canaries: new Set(),
    notes: [],
    before: isAlone ? await whatExists(world) : undefined,
    signUp: (count) => Promise.all(Array.from({ length: count }, signUpOne)),
    async startWorker(options = {}) {
      const worker = await startWorkerProcess({
        ...{ controlUrl: control.url, tenantsUrl: tenants.url, queue, runsDirectory },
        ...preparation(options),
      });
      workers.push(worker);
      void worker.exited.then((code) => {
        workers.splice(workers.indexOf(worker), 1);
        // A kill has no exit code, and good order's is 0.
        if (code) crashes.push(`a worker ended with ${code}: ${worker.log.slice(-LAST_LINES).join(' | ')}`);
      });
      return worker;
    },
    onClose: (work) => void closings.unshift(work),
    async close() {
      await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
      for (const closing of closings) await closing();
      await fences.stop();
      await closeWorld(world);
    },
  };
}

function preparation({ failpoint, environment, preload }: WorkerOptions) {
  if (failpoint === undefined) return { environment: environment ?? {}, preload };
  const variables = { ...environment, LANDLORD_FAILPOINT: JSON.stringify(failpoint) };
  return { environment: variables, preload: FAILPOINT_MODULE };
}

type World = Pick<Stage, 'control' | 'tenants' | 'queue' | 'cluster' | 'runsDirectory'>;

async function openWorld(): Promise<World> {
  const [control, tenants] = await Promise.all([createControlDatabase(), createTenantsDatabase()]);
  // An engine that is killed breaks idle connections; the next query opens others.
  for (const { pool } of [control, tenants]) pool.on('error', () => undefined);
  return {
    ...{ control, tenants },
    queue: testQueue(),
    cluster: connectToCluster(kubeconfigPath()),
    runsDirectory: await mkdtemp(join(tmpdir(), 'landlord-runs-')),
  };
}

async function closeWorld({ control, tenants, queue, cluster, runsDirectory }: World): Promise<void> {
  await removeNamespaces(cluster, control.pool);
  cluster.close();
  await queue.obliterate();
  await rm(runsDirectory, { recursive: true });
  await Promise.all([control.drop(), tenants.drop()]);
}
