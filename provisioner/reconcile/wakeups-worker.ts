import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { parseInput } from '../../tenancy/parse.ts';
import { WAKEUPS_QUEUE, wakeupSchema } from '../intake/wakeups.ts';
import { reconcileTenant } from './reconcile-tenant.ts';
import type { Reconciled, Reconciler } from './reconciler.ts';

const LOCK_MS = 10_000;
const MAX_STALLED_COUNT = 1_000_000;

export interface WakeupsWorkerOptions {
  readonly reconciler: Reconciler;
  readonly connection: Redis;
  readonly prefix: string;
  /** Tenants worked on at once by this process. */
  readonly concurrency: number;
}

/** Starts working on tenants as they are woken. What goes wrong is in PostgreSQL; the wake-up itself never fails. */
export function startWakeupsWorker(options: WakeupsWorkerOptions): Worker {
  const { connection, prefix, concurrency, reconciler } = options;
  const worker = new Worker(WAKEUPS_QUEUE, (job) => takeWakeup(reconciler, job), {
    connection,
    prefix,
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS / 2,
    maxStalledCount: MAX_STALLED_COUNT,
  });
  worker.on('error', (error) => reconciler.logger.warn('wake-ups queue', { error: error.message }));
  worker.on('failed', (_job, error) => {
    reconciler.logger.error('wake-up failed; the sweeper will wake again', { error: error.message });
  });
  return worker;
}

async function takeWakeup(reconciler: Reconciler, job: Job): Promise<Reconciled> {
  const { tenantId } = parseInput(wakeupSchema, job.data);
  const outcome = await reconcileTenant(reconciler, tenantId);
  if (outcome.result === 'unknown') reconciler.logger.warn('wake-up for an unknown tenant', { tenantId });
  return outcome;
}
