/** Watches fences while faults happen: those of leases and those that the tenants' database has seen only grow. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';

const POLL_MS = 200;

export interface FenceWatch {
  /** What went down, as sentences. */
  readonly violations: readonly string[];
  stop(): Promise<void>;
}

interface Fence {
  readonly id: string;
  readonly epoch: string;
  readonly number: string;
}

const LEASES = 'SELECT id, lease_epoch AS epoch, lease_number AS number FROM tenants';
const SEEN = 'SELECT tenant_id AS id, epoch, number FROM landlord.fences';

export function watchFences(control: Pool, tenants: Pool): FenceWatch {
  const stop = new AbortController();
  const violations: string[] = [];
  const watching = Promise.all([
    watch(control, LEASES, 'lease', violations, stop.signal),
    watch(tenants, SEEN, 'fence in the tenants database', violations, stop.signal),
  ]);
  return {
    violations,
    async stop() {
      stop.abort();
      await watching;
    },
  };
}

async function watch(db: Pool, sql: string, what: string, violations: string[], stop: AbortSignal) {
  const highest = new Map<string, Fence>();
  while (!stop.aborted) {
    // A database that is down, or not prepared yet, shows no fence.
    const { rows } = await db.query<Fence>(sql).catch(() => ({ rows: [] }));
    for (const fence of rows) {
      const before = highest.get(fence.id);
      if (before !== undefined && isLower(fence, before)) {
        violations.push(`${what} of ${fence.id} fell from ${text(before)} to ${text(fence)}`);
      }
      highest.set(fence.id, fence);
    }
    await delay(POLL_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

function isLower(fence: Fence, than: Fence): boolean {
  const epochs = Number(fence.epoch) - Number(than.epoch);
  return epochs < 0 || (epochs === 0 && Number(fence.number) < Number(than.number));
}

function text({ epoch, number }: Fence): string {
  return `(${epoch}, ${number})`;
}
