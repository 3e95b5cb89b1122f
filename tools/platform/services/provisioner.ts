/** Our own processes: the control database's migrations, the HTTP API, and each worker as a process of its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DevEnvironment, devEnvironment } from '../dev-env.ts';
import { isOk } from '../http-health.ts';
import { type Platform, portOf } from '../platform.ts';
import type { Service, Task, Unit } from '../unit.ts';

export const API = 'api';

/** The files that are run, below the checkout. */
const CHECKOUT = join(import.meta.dirname, '../../..');
/** Settings of the provisioner's that the caller's environment may change. */
const ADJUSTABLE = [
  'ENGINE',
  'KUBERNETES_PROVIDER',
  'LANDLORD_DRIFT_INTERVAL_MINUTES',
  'LANDLORD_DRIFT_POLICY',
  'LANDLORD_ERASURES_PER_HOUR',
  'LANDLORD_GATEWAY_NAMESPACE',
  'LANDLORD_POOLER_HOST',
  'LANDLORD_POOLER_NAMESPACE',
  'LANDLORD_POOLER_PORT',
  'LANDLORD_WORKER_CONCURRENCY',
  'LOG_LEVEL',
];

/** A worker's name: `worker-1` and on. */
export function workerName(number: number): string {
  return `worker-${number}`;
}

export function isWorkerName(name: string): boolean {
  return /^worker-\d+$/.test(name);
}

export function provisionerUnits(platform: Platform, workers: readonly string[]): Unit[] {
  return [migrateTask(platform), api(platform), ...workers.map((name) => worker(platform, name))];
}

function migrateTask(platform: Platform): Task {
  return {
    kind: 'task',
    name: 'migrate',
    dependsOn: ['databases'],
    run: async (toolchain) => {
      const env = environment(devEnvironment(platform, toolchain));
      await promisify(execFile)(process.execPath, [join(CHECKOUT, 'provisioner/migrate-main.ts')], { env });
    },
  };
}

function api(platform: Platform): Service {
  const port = portOf(platform, API);
  const url = `http://127.0.0.1:${port}`;
  return {
    kind: 'service',
    name: API,
    dependsOn: ['migrate'],
    address: url,
    launch: (toolchain) => ({
      command: process.execPath,
      args: [join(CHECKOUT, 'provisioner/api-main.ts')],
      env: environment(devEnvironment(platform, toolchain), { LANDLORD_API_PORT: `${port}` }),
    }),
    isHealthy: () => isOk(`${url}/readyz`),
  };
}

function worker(platform: Platform, name: string): Service {
  const port = portOf(platform, name);
  const url = `http://127.0.0.1:${port}`;
  const own = {
    LANDLORD_WORKER_PORT: `${port}`,
    LANDLORD_RUNS_DIRECTORY: join(platform.layout.runs, name),
    LANDLORD_AUDIT_KEY: platform.secrets.auditKey,
  };
  return {
    kind: 'service',
    name,
    dependsOn: ['migrate', 'valkey', 'kube-controller-manager', 'kube-scheduler', 'kwok'],
    address: url,
    launch: (toolchain) => ({
      command: process.execPath,
      args: [join(CHECKOUT, 'provisioner/worker-main.ts')],
      env: environment(devEnvironment(platform, toolchain), own),
    }),
    isHealthy: () => isOk(`${url}/readyz`),
    // It finishes or hands back the operations it holds.
    stopTimeoutMs: 30_000,
  };
}

/** On the embedded platform the official provider plugin is not there, so the resident one is the default. */
function environment(
  dev: DevEnvironment,
  own: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const adjusted = ADJUSTABLE.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { KUBERNETES_PROVIDER: 'resident', ...Object.fromEntries(adjusted), ...dev, ...own };
}
