/** What one fault case has to itself: databases, queues, workers, and a record of what was accepted. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptSignup } from '../../provisioner/intake/accept-signup.ts';
import { type ClusterConnection, connectToCluster } from '../../provisioner/kubernetes/connection.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import type { SignupBody } from '../../tenancy/signup.ts';
import { kubeconfigPath } from '../support/cluster.ts';
import { createControlDatabase, createTenantsDatabase, type TestDatabase } from '../support/databases.ts';
import type { ProvisionerProcess } from '../support/provisioner-process.ts';
import { type TestQueue, testQueue } from '../support/queue.ts';
import { startWorkerProcess } from '../support/worker-process.ts';
import { type Existing, whatExists } from './existence.ts';
import type { FailpointInput } from './failpoint-schema.ts';
import { type FenceWatch, watchFences } from './fence-watch.ts';
import type { Random } from './random.ts';
import { removeNamespaces } from './tenant-namespaces.ts';

export interface Stage {
  readonly control: TestDatabase;
  readonly tenants: TestDatabase;
  readonly queue: TestQueue;
  readonly cluster: ClusterConnection;
  readonly runsDirectory: string;
  readonly fences: FenceWatch;
  readonly random: Random;
  /** Every signup accepted so far, by slug. */
  readonly accepted: Map<string, TenantId>;
  /** The tenants whose canary was written. */
  readonly canaries: Set<TenantId>;
  /** What the engines held when the stage was opened; undefined where others use them too. */
  readonly before: Existing | undefined;
  /** Accepts signups the way the API does; returns their ids. */
  signUp(count: number): Promise<TenantId[]>;
  signUpOne(): Promise<TenantId>;
  startWorker(options?: WorkerOptions): Promise<ProvisionerProcess>;
  /** Workers started and not ended yet. */
  readonly workers: readonly ProvisionerProcess[];
  /** What the case wants to say beside its outcome. */
  readonly notes: string[];
  /** Runs when the stage is closed, after the workers have ended; the last one first. */
  onClose(work: () => Promise<unknown>): void;
  close(): Promise<void>;
}

export interface WorkerOptions {
  readonly failpoint?: FailpointInput;
  readonly environment?: NodeJS.ProcessEnv;
  readonly preload?: string;
}

export const FAILPOINT_MODULE = join(import.meta.dirname, 'failpoint.ts');
export const DROPPED_SESSIONS_MODULE = join(import.meta.dirname, 'dropped-sessions.ts');
export const SHIFTED_CLOCK_MODULE = join(import.meta.dirname, 'shifted-clock.ts');

/** @param isAlone whether nobody else uses the engines, so that whatever appears there is the stage's */
export async function openStage(random: Random, isAlone: boolean): Promise<Stage> {
  const [control, tenants] = await Promise.all([createControlDatabase(), createTenantsDatabase()]);
  // An engine that is killed breaks idle connections; the next query opens others.
  for (const { pool } of [control, tenants]) pool.on('error', () => undefined);
  const runsDirectory = await mkdtemp(join(tmpdir(), 'landlord-runs-'));
  const queue = testQueue();
  const cluster = connectToCluster(kubeconfigPath());
  const fences = watchFences(control.pool, tenants.pool);
  const accepted = new Map<string, TenantId>();
  const canaries = new Set<TenantId>();
  const workers: ProvisionerProcess[] = [];
  const closings: (() => Promise<unknown>)[] = [];
  const before = isAlone ? await whatExists({ tenants, cluster }) : undefined;
  const signUpOne = async () => {
    const slug = `s${random.seed}-${random.below(2 ** 31)}`;
    const { tenantId } = await acceptSignup(control.pool, signupOf(slug));
    accepted.set(slug, tenantId);
    return tenantId;
  };
  return {
    ...{
      control,
      tenants,
      queue,
      cluster,
      runsDirectory,
      fences,
      random,
      accepted,
      canaries,
      before,
      workers,
      notes: [],
    },
    signUp: (count) => Promise.all(Array.from({ length: count }, signUpOne)),
    signUpOne,
    async startWorker({ failpoint, environment, preload } = {}) {
      const worker = await startWorkerProcess({
        ...{ controlUrl: control.url, tenantsUrl: tenants.url, queue, runsDirectory },
        environment: { ...environment, ...(failpoint && { LANDLORD_FAILPOINT: JSON.stringify(failpoint) }) },
        preload: failpoint ? FAILPOINT_MODULE : preload,
      });
      workers.push(worker);
      void worker.exited.then(() => workers.splice(workers.indexOf(worker), 1));
      return worker;
    },
    onClose: (work) => void closings.unshift(work),
    async close() {
      await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
      for (const closing of closings) await closing();
      await fences.stop();
      await removeNamespaces(cluster, control.pool);
      cluster.close();
      await queue.obliterate();
      await rm(runsDirectory, { recursive: true });
      await Promise.all([control.drop(), tenants.drop()]);
    },
  };
}

export function signupBody(slug: string): SignupBody {
  return { slug, company: 'Acme Ltd', email: 'ada@acme.example', plan: 'team' } as SignupBody;
}

function signupOf(slug: string) {
  return { caller: 'api:faults', idempotencyKey: slug, body: signupBody(slug), requestId: `request-${slug}` };
}
