import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Called with each line of either stream. */
  readonly onLine?: (line: string) => void;
}

export interface CommandResult {
  /** Exit code, or null when a signal ended it. */
  readonly code: number | null;
  /** The last lines of stdout and stderr, as they came. */
  readonly output: string;
}

const KEPT_LINES = 400;

/**
 * Runs a command to its end, in a process group of its own that an aborted signal ends whole.
 * Throws the spawn error (`code: 'ENOENT'` when there is no such command) and the signal's reason when aborted.
 */
export async function runCommand(
  command: string,
  commandArguments: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  options.signal?.throwIfAborted();
  const child = spawn(command, commandArguments, {
    cwd: options.cwd,
    env: options.environment ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (lines.push(line) > KEPT_LINES) lines.shift();
      options.onLine?.(line);
    });
  }
  const endGroup = () => terminateGroup(child);
  options.signal?.addEventListener('abort', endGroup, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    options.signal?.throwIfAborted();
    return { code, output: lines.join('\n') };
  } finally {
    options.signal?.removeEventListener('abort', endGroup);
  }
}

function terminateGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  process.kill(-pid, 'SIGTERM');
}
