/** How BullMQ's jobs become what operators see. */
import type { Job } from 'bullmq';
import type { DeadLetter, QueueView } from '../../tenancy/queue-view.ts';

/** Tenants listed with their jobs. */
const MAX_TENANTS = 20;
/** Characters of a job's data; a poison message may be megabytes. */
const MAX_DATA = 2_000;

type TenantJobs = QueueView['tenants'][number];

export function toQueueView(
  name: string,
  counts: Readonly<Record<string, number>>,
  jobs: readonly Job[],
): QueueView {
  const { waiting = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
  return {
    name,
    ...{ waiting: waiting + prioritized, active, delayed, failed },
    oldestAt: oldest(jobs),
    tenants: byTenant(jobs),
  };
}

export function toDeadLetter(job: Job): DeadLetter {
  return {
    id: String(job.id),
    name: job.name,
    reason: job.failedReason ?? '',
    addedAt: new Date(job.timestamp).toISOString(),
    failedAt: job.finishedOn === undefined ? null : new Date(job.finishedOn).toISOString(),
    data: (JSON.stringify(job.data) ?? 'null').slice(0, MAX_DATA),
  };
}

function oldest(jobs: readonly Job[]): string | null {
  if (jobs.length === 0) return null;
  return new Date(Math.min(...jobs.map((job) => job.timestamp))).toISOString();
}

function byTenant(jobs: readonly Job[]): TenantJobs[] {
  const owned = jobs.filter((job) => typeof job.data?.tenantId === 'string');
  const groups = Object.entries(Object.groupBy(owned, (job) => String(job.data.tenantId)));
  return groups
    .map(([tenantId, own = []]) => ({ tenantId, jobs: own.length, oldestAt: oldest(own) ?? '' }))
    .toSorted((one, other) => other.jobs - one.jobs || one.oldestAt.localeCompare(other.oldestAt))
    .slice(0, MAX_TENANTS);
}
