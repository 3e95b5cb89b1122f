/** One of the provisioner's programs as a process of its own, as in production, so that it can be killed or frozen. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROVISIONER = join(import.meta.dirname, '../../provisioner');

export interface ProvisionerProcess {
  readonly pid: number;
  /** The exit code, null after a kill; settles when the process has ended. */
  readonly exited: Promise<number | null>;
  /** What it has logged so far, line by line. */
  readonly log: readonly string[];
  signal(signal: NodeJS.Signals): void;
  /** Ends the process with the signal, waits for it, and returns its exit code (null after a kill). */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

export interface Program {
  /** File below `provisioner/`, such as `worker-main.ts`. */
  readonly main: string;
  /** What it logs once it works. */
  readonly startedLine: string;
  readonly environment: NodeJS.ProcessEnv;
  /** A module to load before it. */
  readonly preload?: string | undefined;
}

/** Starts it and returns when it works. @throws with what it printed, when it ends before that */
export async function startProvisionerProcess(program: Program): Promise<ProvisionerProcess> {
  const preload = program.preload === undefined ? [] : ['--import', program.preload];
  const child = spawn(process.execPath, [...preload, join(PROVISIONER, program.main)], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...program.environment },
    stdio: 'pipe',
  });
  const exited = once(child, 'exit').then(([code]): number | null => code);
  const log: string[] = [];
  await started(child, program, log);
  return {
    pid: child.pid as number,
    exited,
    log,
    signal: (signal) => void child.kill(signal),
    end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

async function started(child: ChildProcess, program: Program, log: string[]): Promise<void> {
  if (child.stdout === null || child.stderr === null)
    throw new Error('the process was started without pipes');
  child.stderr.on('data', (chunk) => log.push(String(chunk)));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(line);
    if (line.includes(program.startedLine)) resolve();
  });
  child.once('exit', (code) => reject(new Error(`${program.main} ended with ${code}:\n${log.join('\n')}`)));
  await promise;
}
