/** A provisioner worker as a process of its own, as in production, so that it can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { kubeconfigPath, toolPath } from './cluster.ts';
import type { TestQueue } from './queue.ts';

const MAIN = join(import.meta.dirname, '../../provisioner/worker-main.ts');

export interface WorkerProcess {
  readonly pid: number;
  /** Ends the worker with the signal, waits for it, and returns its exit code (null after a kill). */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

export interface WorkerSetting {
  readonly controlUrl: string;
  readonly tenantsUrl: string;
  readonly queue: TestQueue;
  /** Where runs are laid out; the same for a worker and the one that follows it after a kill. */
  readonly runsDirectory: string;
}

/** Starts a worker and returns when it takes work. @throws with what it printed, when it ends before that */
export async function startWorkerProcess(setting: WorkerSetting): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [MAIN], { env: environmentOf(setting), stdio: 'pipe' });
  const exited = once(child, 'exit');
  await started(child);
  return {
    pid: child.pid as number,
    async end(signal) {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

function environmentOf({ controlUrl, tenantsUrl, queue, runsDirectory }: WorkerSetting): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    CONTROL_DATABASE_URL: controlUrl,
    TENANT_DATABASE_URL: tenantsUrl,
    REDIS_URL: queue.redisUrl,
    LANDLORD_QUEUE_PREFIX: queue.prefix,
    KUBECONFIG: kubeconfigPath(),
    PATH_PREFIX: toolPath(),
    KUBERNETES_PROVIDER: 'resident',
    LANDLORD_STATE_PASSPHRASE: 'a passphrase for tests only',
    LANDLORD_RUNS_DIRECTORY: runsDirectory,
  };
}

async function started(child: ChildProcess): Promise<void> {
  const output: string[] = [];
  if (child.stdout === null || child.stderr === null) throw new Error('the worker was started without pipes');
  child.stderr.on('data', (chunk) => output.push(String(chunk)));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    output.push(line);
    if (line.includes('"worker started"')) resolve();
  });
  child.once('exit', (code) => reject(new Error(`the worker ended with ${code}:\n${output.join('\n')}`)));
  await promise;
}
