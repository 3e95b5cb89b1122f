/** Finds tenants that no wake-up reached, so that a lost one costs seconds. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'winston';
import type { Wakeups } from '../intake/wakeups.ts';
import { beginErasures } from '../store/begin-erasures.ts';
import { listDueTenants } from '../store/list-due.ts';

const SWEEP_MS = 1_000;
const BATCH = 200;

export interface SweeperOptions {
  readonly db: Pool;
  readonly wakeups: Wakeups;
  readonly logger: Logger;
  /** More erasures than this begin in an hour only with a second approval. */
  readonly erasuresPerHour: number;
}

export interface Sweeper {
  close(): Promise<void>;
}

/**
 * Wakes, every second, tenants that are due and held by nobody. The wake-up is named after the tenant's last lease,
 * so a dead worker's unfinished wake-up never stands in the way, and a waiting one is not doubled.
 */
export function startSweeper(options: SweeperOptions): Sweeper {
  const stop = new AbortController();
  const sweeping = sweepUntil(options, stop.signal);
  return {
    async close() {
      stop.abort();
      await sweeping;
    },
  };
}

async function sweepUntil(options: SweeperOptions, stop: AbortSignal): Promise<void> {
  const { logger } = options;
  while (!stop.aborted) {
    // Apart, so that trouble with erasures leaves nobody else waiting.
    for (const work of [beginDueErasures, wakeDueTenants]) {
      await work(options).catch((error) => logger.warn('sweep failed', { error: String(error) }));
    }
    await delay(SWEEP_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function beginDueErasures({ db, logger, erasuresPerHour }: SweeperOptions): Promise<void> {
  for (const tenantId of await beginErasures(db, erasuresPerHour))
    logger.info('erasure begins', { tenantId });
}

async function wakeDueTenants({ db, wakeups }: SweeperOptions): Promise<void> {
  for (const tenant of await listDueTenants(db, BATCH)) await wakeups.wakeAs(tenant.id, tenant.leaseNumber);
}
