/** The queues as operators see them: how much waits since when, and what failed for good. */
import { type Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'winston';
import type { DeadLetter, QueueName, QueueView } from '../../tenancy/queue-view.ts';
import { SIGNUPS_QUEUE } from '../../tenancy/signup.ts';
import { toDeadLetter, toQueueView } from './job-view.ts';
import { WAKEUPS_QUEUE } from './wakeups.ts';

/** How many of the oldest jobs of each state are looked at for ages and tenants. */
const SAMPLE = 1_000;
const LIVE = ['waiting', 'prioritized', 'active', 'delayed'] as const;

export interface Queues {
  overview(): Promise<QueueView[]>;
  /** The latest failures first. */
  deadLetters(queue: QueueName, limit: number): Promise<DeadLetter[]>;
  hasDeadLetter(queue: QueueName, id: string): Promise<boolean>;
  /** Puts a failed job back in its queue; false when it is none any more. */
  requeue(queue: QueueName, id: string): Promise<boolean>;
  /** Removes a failed job; false when it is none any more. */
  drop(queue: QueueName, id: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Redis did not answer; nothing was changed that this process knows of. */
export class QueuesUnavailableError extends Error {
  override readonly name = 'QueuesUnavailableError';
}

/** Opens the queues for reading and mending. Every function throws QueuesUnavailableError when Redis does not answer. */
export function openQueues(connection: Redis, prefix: string, logger: Logger): Queues {
  const open = (name: string) =>
    new Queue(name, { connection, prefix, skipWaitingForReady: true, skipMetasUpdate: true }).on(
      'error',
      (error) => logger.warn('queue', { queue: name, error: error.message }),
    );
  const queues = { signups: open(SIGNUPS_QUEUE), wakeups: open(WAKEUPS_QUEUE) };
  const failedJob = async (queue: QueueName, id: string): Promise<Job | undefined> => {
    const job = await queues[queue].getJob(id);
    return (await job?.isFailed()) ? job : undefined;
  };
  return {
    overview: () => asking(() => Promise.all(Object.values(queues).map(describe))),
    deadLetters: (queue, limit) =>
      asking(async () => (await queues[queue].getFailed(0, limit - 1)).map(toDeadLetter)),
    hasDeadLetter: (queue, id) => asking(async () => (await failedJob(queue, id)) !== undefined),
    requeue: (queue, id) => asking(async () => change(await failedJob(queue, id), (job) => job.retry())),
    drop: (queue, id) => asking(async () => change(await failedJob(queue, id), (job) => job.remove())),
    async close() {
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
    },
  };
}

async function describe(queue: Queue): Promise<QueueView> {
  const [counts, jobs] = await Promise.all([
    queue.getJobCounts(...LIVE, 'failed'),
    queue.getJobs([...LIVE], 0, SAMPLE - 1, true),
  ]);
  return toQueueView(queue.name, counts, jobs);
}

async function change(job: Job | undefined, work: (job: Job) => Promise<void>): Promise<boolean> {
  if (job === undefined) return false;
  try {
    await work(job);
    return true;
  } catch (error) {
    // Somebody else may have taken it between the look and the change.
    if (!(await job.isFailed())) return false;
    throw error;
  }
}

async function asking<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    throw new QueuesUnavailableError('Redis did not answer', { cause: error });
  }
}
