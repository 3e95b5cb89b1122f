/** Readiness by asking, not by sleeping for a guessed time. */
import { setTimeout as delay } from 'node:timers/promises';
import { endOfLog, type Log } from './end-of-log.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';
import type { Service } from './unit.ts';

const POLL_MS = 50;
const LIMIT_MS = 60_000;

/** Resolves once the service answers. @throws Error with the end of its log when it ends or stays silent a minute */
export async function waitUntilHealthy(
  service: Service,
  identity: ProcessIdentity,
  log: Log,
  limitMs = LIMIT_MS,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await isHealthy(service))) {
    if (!isRunning(identity)) throw new Error(`${service.name} ended while starting; ${endOfLog(log)}`);
    if (Date.now() > deadline) {
      const seconds = Math.round(limitMs / 1000);
      throw new Error(
        `${service.name} (process ${identity.pid}) runs, but did not answer on ${service.address} for ${seconds} s; ` +
          endOfLog(log),
      );
    }
    await delay(POLL_MS);
  }
}

/** A service that cannot be asked is one that is not healthy. */
export async function isHealthy(service: Service): Promise<boolean> {
  try {
    return await service.isHealthy();
  } catch {
    return false;
  }
}
