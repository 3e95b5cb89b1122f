/** Runs the `landlord` command as a process of its own, as people and programs do. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { API_TOKEN } from './api.ts';

const MAIN = join(import.meta.dirname, '../../cli/main.ts');
/** Runs a command on a pseudo-terminal of 24 rows and 100 columns, and ends with its exit code. */
const ON_TERMINAL = `
import fcntl, os, pty, struct, sys, termios
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 100, 0, 0))
    os.execv(sys.argv[1], sys.argv[1:])
try:
    while data := os.read(terminal, 65536):
        os.write(1, data)
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`;

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** The API to talk to; without it the command finds its own. */
  readonly api?: { readonly url: string };
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Runs it on a terminal; all output then is `stdout`. */
  readonly terminal?: boolean;
}

/** Starts the command and returns at once; `done` resolves when it has ended. */
export function startLandlord(args: readonly string[], options: RunOptions = {}) {
  const { api, env, cwd, terminal } = options;
  const connection = api === undefined ? {} : { LANDLORD_API_URL: api.url, LANDLORD_API_TOKEN: API_TOKEN };
  const command = [process.execPath, MAIN, ...args];
  const [file = '', ...rest] = terminal ? ['python3', '-c', ON_TERMINAL, ...command] : command;
  const child = spawn(file, rest, {
    env: { PATH: process.env.PATH, TERM: 'xterm-256color', ...connection, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const run = async (): Promise<Run> => {
    const exited = once(child, 'exit');
    // A spec may hang up on it, like a reader that has seen enough.
    const whileRead = text(child.stdout).catch(() => '');
    const [stdout, stderr] = await Promise.all([whileRead, text(child.stderr)]);
    const [code] = await exited;
    return { code, stdout, stderr };
  };
  return { child, done: run() };
}

/** Runs the command to its end. */
export function runLandlord(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return startLandlord(args, options).done;
}
