/** A producer of signup jobs that does what producers should: it sends again until it has its answer. */
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { tenantIdSchema } from '../../tenancy/ids.ts';
import { SIGNUP_JOB, SIGNUPS_QUEUE, signupAcceptedSchema } from '../../tenancy/signup.ts';
import { eventually } from '../support/eventually.ts';
import { signupBody } from './sample-signup.ts';
import type { Stage } from './stage.ts';

export interface SignupQueue {
  /** Adds a job for each slug. */
  add(slugs: readonly string[]): Promise<void>;
  /** Adds a job of any content; returns its id. */
  addRaw(name: string, data: unknown): Promise<string>;
  /** Why a job failed; waits until it did. */
  failure(jobId: string): Promise<string>;
  /** Waits until every slug's job is done, sending again what a Redis that lost its data has forgotten. */
  accepted(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

export function openSignupQueue(stage: Stage): SignupQueue {
  const connection = new Redis(stage.queue.redisUrl, { maxRetriesPerRequest: null });
  connection.on('error', () => undefined);
  const queue = new Queue(SIGNUPS_QUEUE, { connection, prefix: stage.queue.prefix });
  queue.on('error', () => undefined);
  const jobs = new Map<string, string>();
  const send = async (slug: string) => {
    const data = { version: 1, ...signupBody(slug), idempotencyKey: slug };
    jobs.set(slug, String((await queue.add(SIGNUP_JOB, data)).id));
  };
  const isAccepted = async (slug: string): Promise<boolean> => {
    const job = await queue.getJob(jobs.get(slug) ?? '');
    // A Redis that came back empty numbers its jobs anew.
    if (job === undefined || job.data.slug !== slug) await send(slug);
    if (job?.failedReason) throw new Error(`signup ${slug} was refused: ${job.failedReason}`);
    const result = signupAcceptedSchema.safeParse(job?.returnvalue);
    if (!result.success || job?.data.slug !== slug) return false;
    stage.accepted.set(slug, tenantIdSchema.parse(result.data.tenantId));
    return true;
  };
  return {
    add: async (slugs) => void (await Promise.all(slugs.map(send))),
    addRaw: async (name, data) => String((await queue.add(name, data)).id),
    failure: (jobId) => eventually(async () => (await queue.getJob(jobId))?.failedReason || undefined),
    async accepted(timeoutMs) {
      for (const slug of jobs.keys()) await eventually(() => isAccepted(slug), { timeoutMs });
    },
    async close() {
      await queue.close();
      connection.disconnect();
    },
  };
}

/** Runs `work` with a producer of its own. */
export async function withSignupQueue(
  stage: Stage,
  work: (queue: SignupQueue) => Promise<void>,
): Promise<void> {
  const queue = openSignupQueue(stage);
  try {
    await work(queue);
  } finally {
    await queue.close();
  }
}
