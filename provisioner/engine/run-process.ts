/** One process and all it starts, ended together. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How long a process may take to end by itself once it is asked to. */
const GRACE_MS = 2_000;
const MAX_OUTPUT_CHARACTERS = 4_000_000;

export interface Command {
  readonly name: string;
  readonly args: readonly string[];
  readonly directory: string;
  /** All of the environment; nothing is inherited. */
  readonly environment: NodeJS.ProcessEnv;
  /** Ends the process and its children. */
  readonly signal: AbortSignal;
}

export interface Finished {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command to its end. On abort its whole process group gets SIGTERM and, if it takes too long, SIGKILL; the
 * promise resolves only when the process is gone.
 * @throws when it can't be started
 */
export async function runProcess(command: Command): Promise<Finished> {
  const { name, args, directory: cwd, environment: env, signal } = command;
  const child = spawn(name, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const closed = once(child, 'close');
  const stop = () => void stopGroup(child.pid, closed);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const [code] = (await closed) as [number | null];
    return { code, stdout: stdout(), stderr: stderr() };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function stopGroup(leader: number | undefined, closed: Promise<unknown>): Promise<void> {
  if (leader === undefined) return;
  signalGroup(leader, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(leader, 'SIGKILL'), GRACE_MS);
  await closed;
  clearTimeout(timer);
  signalGroup(leader, 'SIGKILL');
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    if (text.length < MAX_OUTPUT_CHARACTERS) text += chunk;
  });
  return () => text;
}
