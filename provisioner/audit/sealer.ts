/** Seals the audit log from time to time. Every worker runs one; the database lets one at a time through. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'winston';
import { LARGEST_BATCH, type SealingParts, sealEntries } from './seal-entries.ts';

const SEAL_MS = 5_000;

export interface SealerOptions extends SealingParts {
  readonly logger: Logger;
}

export interface Sealer {
  close(): Promise<void>;
}

export function startSealer(options: SealerOptions): Sealer {
  const stop = new AbortController();
  const sealing = sealUntil(options, stop.signal);
  return {
    async close() {
      stop.abort();
      await sealing;
    },
  };
}

async function sealUntil({ logger, ...parts }: SealerOptions, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      const sealed = await sealEntries(parts);
      if (sealed.result === 'unsettled')
        logger.warn('audit log not sealed: a transaction writes to it for long');
      if (sealed.result === 'sealed' && sealed.entries === LARGEST_BATCH) continue;
    } catch (error) {
      logger.error('audit log not sealed', { error: String(error) });
    }
    await delay(SEAL_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}
