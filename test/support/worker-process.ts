/** A provisioner worker as a process of its own, as in production, so that it can be killed. */
import { join } from 'node:path';
import { generateAuditKey } from '../../tenancy/audit/keys.ts';
import { kubeconfigPath, toolPath } from './cluster.ts';
import { type ProvisionerProcess, startProvisionerProcess } from './provisioner-process.ts';
import type { TestQueue } from './queue.ts';

/** One for all workers of a spec, as in production. */
export const AUDIT_KEY = generateAuditKey();

export interface WorkerSetting {
  readonly controlUrl: string;
  readonly tenantsUrl: string;
  readonly queue: TestQueue;
  /** Where runs are laid out; the same for a worker and the one that follows it after a kill. */
  readonly runsDirectory: string;
  /** Variables beyond those, or instead of them. */
  readonly environment?: NodeJS.ProcessEnv;
  /** A module to load before the worker. */
  readonly preload?: string | undefined;
}

/** Starts a worker and returns when it takes work. @throws with what it printed, when it ends before that */
export function startWorkerProcess(setting: WorkerSetting): Promise<ProvisionerProcess> {
  return startProvisionerProcess({
    main: 'worker-main.ts',
    startedLine: '"worker started"',
    environment: { ...environmentOf(setting), ...setting.environment },
    preload: setting.preload,
  });
}

function environmentOf({ controlUrl, tenantsUrl, queue, runsDirectory }: WorkerSetting): NodeJS.ProcessEnv {
  return {
    CONTROL_DATABASE_URL: controlUrl,
    TENANT_DATABASE_URL: tenantsUrl,
    REDIS_URL: queue.redisUrl,
    LANDLORD_QUEUE_PREFIX: queue.prefix,
    KUBECONFIG: kubeconfigPath(),
    PATH_PREFIX: toolPath(),
    KUBERNETES_PROVIDER: 'resident',
    LANDLORD_STATE_PASSPHRASE: 'a passphrase for tests only',
    LANDLORD_RUNS_DIRECTORY: runsDirectory,
    LANDLORD_AUDIT_KEY: AUDIT_KEY,
    LANDLORD_CHECKPOINTS_DIRECTORY: checkpointsDirectory(runsDirectory),
  };
}

/** Where the workers of a runs directory keep the audit log's checkpoints. */
export function checkpointsDirectory(runsDirectory: string): string {
  return join(runsDirectory, 'checkpoints');
}
