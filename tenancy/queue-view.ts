/** The queues as the HTTP API shows them. */
import { z } from 'zod';

const instant = z.iso.datetime();

export const queueNameSchema = z.enum(['signups', 'wakeups']);
export type QueueName = z.infer<typeof queueNameSchema>;

export const queueViewSchema = z.strictObject({
  /** A queue on Redis, or `outbox`: what PostgreSQL still has to send to it. */
  name: z.string(),
  waiting: z.int(),
  active: z.int(),
  delayed: z.int(),
  /** Dead letters. */
  failed: z.int(),
  /** Since when the oldest job that is not done has been there; null when there is none. */
  oldestAt: instant.nullable(),
  /** Whose jobs wait, the longest queue first; of queues whose jobs belong to tenants. */
  tenants: z.array(z.strictObject({ tenantId: z.string(), jobs: z.int(), oldestAt: instant })),
});
export type QueueView = z.infer<typeof queueViewSchema>;
export const queueListSchema = z.strictObject({ items: z.array(queueViewSchema) });

/** A job that failed and will not be tried again by itself. */
export const deadLetterSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  reason: z.string(),
  addedAt: instant,
  failedAt: instant.nullable(),
  /** The job's data as JSON, cut off where it is long. */
  data: z.string(),
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;
export const deadLetterListSchema = z.strictObject({ items: z.array(deadLetterSchema) });

/** The answer to a requeue or a drop. */
export const deadLetterDoneSchema = z.strictObject({
  queue: queueNameSchema,
  id: z.string(),
  done: z.enum(['requeued', 'dropped']),
});
