/** The queue of wake-ups: each carries a tenant id and nothing else, for PostgreSQL holds the wish. */
import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'winston';
import { z } from 'zod';
import { type TenantId, tenantIdSchema } from '../../tenancy/ids.ts';

export const WAKEUPS_QUEUE = 'wakeups';
const WAKE_JOB = 'wake';

export const wakeupSchema = z.strictObject({ version: z.literal(1), tenantId: tenantIdSchema });

export interface Wakeups {
  /** Wakes tenants after new wishes. A tenant whose wake-up still waits gets no second one. */
  wake(tenants: readonly TenantId[]): Promise<void>;
  /** Wakes one tenant under a name of its own: only a wake-up with the same name stands in its way. */
  wakeAs(tenant: TenantId, name: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the queue of wake-ups for adding; finished wake-ups are removed, for they tell nothing. */
export function openWakeups(connection: Redis, prefix: string, logger: Logger): Wakeups {
  const queue = new Queue(WAKEUPS_QUEUE, { connection, prefix, skipWaitingForReady: true });
  queue.on('error', (error) => logger.warn('wake-ups queue', { error: error.message }));
  const job = (tenantId: TenantId, jobId: string) => ({
    name: WAKE_JOB,
    data: { version: 1, tenantId },
    opts: { jobId, removeOnComplete: true, removeOnFail: true } satisfies JobsOptions,
  });
  return {
    async wake(tenants) {
      await queue.addBulk(tenants.map((id) => job(id, id)));
    },
    async wakeAs(tenant, name) {
      await queue.addBulk([job(tenant, `${tenant}-${name}`)]);
    },
    close: () => queue.close(),
  };
}
