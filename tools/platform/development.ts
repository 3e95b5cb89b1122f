/** The development platform of this checkout: engines and our own processes, its data in `.landlord/`. */
import { join } from 'node:path';
import { z } from 'zod';
import { ENGINE_PORTS, engineUnits } from './engines.ts';
import { openPlatform, type Platform } from './platform.ts';
import { API, isWorkerName, provisionerUnits, workerName } from './services/provisioner.ts';
import type { Unit } from './unit.ts';

/** The directory of the platform. */
export const DIRECTORY = join(import.meta.dirname, '../../.landlord');

const workersSchema = z.coerce.number().int().min(1).max(16).default(1);

/** How many workers LANDLORD_WORKERS asks for; one when it is not set. */
export function wantedWorkers(environment: NodeJS.ProcessEnv): string[] {
  const parsed = workersSchema.safeParse(environment.LANDLORD_WORKERS);
  if (parsed.success) return Array.from({ length: parsed.data }, (_, index) => workerName(index + 1));
  throw new Error(
    `LANDLORD_WORKERS is "${environment.LANDLORD_WORKERS}": it must be a whole number from 1 to 16`,
  );
}

export function developmentPorts(workers: readonly string[]): string[] {
  return [...ENGINE_PORTS, API, ...workers];
}

export function developmentUnits(platform: Platform, workers: readonly string[]): Unit[] {
  return [...engineUnits(platform), ...provisionerUnits(platform, workers)];
}

/** The platform of a directory with every unit that was ever started in it; undefined before the first `up`. */
export function knownPlatform(directory: string): { platform: Platform; units: Unit[] } | undefined {
  const platform = openPlatform(directory);
  if (platform === undefined || platform.ports[API] === undefined) return undefined;
  const workers = Object.keys(platform.ports).filter(isWorkerName);
  return { platform, units: developmentUnits(platform, workers) };
}
