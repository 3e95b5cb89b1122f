/** An ordinary BullMQ producer: what a product's own signup flow would look like. */
import { Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import {
  SIGNUP_JOB,
  SIGNUPS_QUEUE,
  type SignupAccepted,
  type SignupJob,
  signupAcceptedSchema,
} from '../tenancy/signup.ts';

const ACCEPTED_WITHIN_MS = 30_000;

/** Puts the signups on the queue and waits until each was accepted. @throws Error with the reason of a refusal */
export async function putOnQueue(redisUrl: string, signups: readonly SignupJob[]): Promise<SignupAccepted[]> {
  const connections = [1, 2].map(() => new Redis(redisUrl, { maxRetriesPerRequest: null }));
  const [first, second] = connections as [Redis, Redis];
  const queue = new Queue<SignupJob>(SIGNUPS_QUEUE, { connection: first, prefix: 'landlord' });
  const events = new QueueEvents(SIGNUPS_QUEUE, { connection: second, prefix: 'landlord' });
  try {
    await events.waitUntilReady();
    const jobs = await queue.addBulk(signups.map((data) => ({ name: SIGNUP_JOB, data })));
    const accepted = await Promise.all(jobs.map((job) => job.waitUntilFinished(events, ACCEPTED_WITHIN_MS)));
    return signupAcceptedSchema.array().parse(accepted);
  } finally {
    await Promise.all([queue.close(), events.close()]);
    for (const connection of connections) connection.disconnect();
  }
}
