/** Looks for drift on a schedule, and when asked. Every worker runs one; the database lets one at a time through. */
import { setTimeout as delay } from 'node:timers/promises';
import { runScan } from './run-scan.ts';
import type { Scanner } from './scanner.ts';

/** How soon a request is taken up. */
const POLL_MS = 2_000;

export interface DriftSchedulerOptions extends Scanner {
  /** 0: only when asked. */
  readonly intervalMinutes: number;
}

export interface DriftScheduler {
  /** Ends the scan under way after the tenants it looks at now. */
  close(): Promise<void>;
}

export function startDriftScheduler(options: DriftSchedulerOptions): DriftScheduler {
  const stop = new AbortController();
  const scanning = scanUntil(options, stop.signal);
  return {
    async close() {
      stop.abort(new Error('the worker stops'));
      await scanning;
    },
  };
}

async function scanUntil(
  { intervalMinutes, ...scanner }: DriftSchedulerOptions,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    try {
      const run = await runScan(scanner, intervalMinutes, stop);
      if (run.result === 'scanned') scanner.logger.info('drift scan', { ...run });
    } catch (error) {
      if (!stop.aborted) scanner.logger.warn('drift scan failed', { error: String(error) });
    }
    await delay(POLL_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}
