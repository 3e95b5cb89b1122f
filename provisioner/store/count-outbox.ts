import type { QueueView } from '../../tenancy/queue-view.ts';
import type { Queryable } from './transaction.ts';

/** What still has to be sent to Redis, in the form of a queue. */
export async function countOutbox(db: Queryable): Promise<QueueView> {
  const { rows } = await db.query<{ waiting: number; oldest: Date | null }>(
    'SELECT count(*)::int AS waiting, min(created_at) AS oldest FROM outbox',
  );
  const { waiting = 0, oldest = null } = rows[0] ?? {};
  const oldestAt = oldest?.toISOString() ?? null;
  return { name: 'outbox', waiting, active: 0, delayed: 0, failed: 0, oldestAt, tenants: [] };
}
