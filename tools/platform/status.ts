/** What runs of the development platform, where, and how much memory it takes. */
import { DIRECTORY, knownPlatform } from './development.ts';
import type { Layout } from './layout.ts';
import { runningProcess, startedServices } from './pid-file.ts';
import { treeMemoryBytes } from './process-tree.ts';
import { isWorkerName, workerName } from './services/provisioner.ts';
import { isService, type Service } from './unit.ts';
import { isHealthy } from './wait-until-healthy.ts';

export interface ServiceStatus {
  readonly name: string;
  /** `silent`: its process runs but does not answer. `died`: it was started, not stopped, and runs no more. */
  readonly state: 'running' | 'silent' | 'died' | 'down';
  readonly pid: number | null;
  readonly address: string;
  /** Of the process and all its descendants, pages they share counted once; null when it does not run. */
  readonly memoryBytes: number | null;
}

/** One entry a service, in the order they start; none before the first `make up`. */
export async function platformStatus(directory: string = DIRECTORY): Promise<ServiceStatus[]> {
  const known = knownPlatform(directory);
  if (known === undefined) return [];
  const { layout } = known.platform;
  const services = known.units.filter(isService);
  const statuses = await Promise.all(services.map((service) => statusOf(layout, service)));
  // More workers may have been wanted once: those that were stopped are no news.
  return statuses.filter(
    ({ name, state }) => state !== 'down' || !isWorkerName(name) || name === workerName(1),
  );
}

async function statusOf(layout: Layout, service: Service): Promise<ServiceStatus> {
  const { name, address } = service;
  const identity = runningProcess(layout, name);
  if (identity === undefined) {
    const state = startedServices(layout).includes(name) ? 'died' : 'down';
    return { name, state, pid: null, address, memoryBytes: null };
  }
  const state = (await isHealthy(service)) ? 'running' : 'silent';
  return { name, state, pid: identity.pid, address, memoryBytes: treeMemoryBytes(identity.pid) };
}
