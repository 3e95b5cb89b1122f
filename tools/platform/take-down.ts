/** Stops services, each after those that depend on it, in good order first and by force if need be. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Layout } from './layout.ts';
import { removePidFile, runningProcess } from './pid-file.ts';
import { isRunning, type ProcessIdentity, signalProcess } from './process-identity.ts';
import { processTree } from './process-tree.ts';
import { isService, type Service, type Unit } from './unit.ts';

const POLL_MS = 20;
const STOP_TIMEOUT_MS = 10_000;

export interface StopReport {
  readonly name: string;
  /** `killed`: it did not end in time when asked to. */
  readonly outcome: 'stopped' | 'killed' | 'was down';
}

/** Resolves when none of the services runs. */
export async function takeDown(
  layout: Layout,
  units: readonly Unit[],
  report: (report: StopReport) => void = () => {},
): Promise<void> {
  const stops = new Map<string, Promise<void>>();
  const stop = (unit: Unit): Promise<void> => {
    const known = stops.get(unit.name);
    if (known !== undefined) return known;
    const dependents = units.filter((other) => other.dependsOn.includes(unit.name));
    const stopping = Promise.all(dependents.map(stop)).then(async () => {
      if (isService(unit)) report({ name: unit.name, outcome: await stopService(layout, unit) });
    });
    stops.set(unit.name, stopping);
    return stopping;
  };
  await Promise.all(units.map(stop));
}

async function stopService(layout: Layout, service: Service): Promise<StopReport['outcome']> {
  const identity = runningProcess(layout, service.name);
  const family = identity === undefined ? [] : processTree(identity.pid);
  const outcome = identity === undefined ? 'was down' : await stopProcess(identity, service);
  // Whatever its main process left behind, each told from a stranger by its start time.
  for (const member of family) signalProcess(member, 'SIGKILL');
  removePidFile(layout, service.name);
  return outcome;
}

async function stopProcess(identity: ProcessIdentity, service: Service): Promise<'stopped' | 'killed'> {
  signalProcess(identity, service.stopSignal ?? 'SIGTERM');
  if (await ends(identity, service.stopTimeoutMs ?? STOP_TIMEOUT_MS)) return 'stopped';
  signalProcess(identity, 'SIGKILL');
  if (await ends(identity, STOP_TIMEOUT_MS)) return 'killed';
  throw new Error(`${service.name} (process ${identity.pid}) does not end, not even by SIGKILL`);
}

async function ends(identity: ProcessIdentity, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (isRunning(identity)) {
    if (Date.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}
