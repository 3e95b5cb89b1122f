/** Starts a service as a process of its own that outlives the caller, its output in a log file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { endOfLog, type Log } from './end-of-log.ts';
import type { Layout } from './layout.ts';
import { writePidFile } from './pid-file.ts';
import { identifyProcess, type ProcessIdentity } from './process-identity.ts';
import type { Launch } from './unit.ts';

const LOG_LIMIT_BYTES = 20_000_000;
/** What a service may learn from the caller's environment; anything else, credentials above all, stays behind. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'LANDLORD_TEST_RUN'];

/** The log file of a service. */
export function logFile(layout: Layout, name: string): string {
  return join(layout.logs, `${name}.log`);
}

export interface Started {
  readonly identity: ProcessIdentity;
  readonly log: Log;
}

/** Starts the process and notes who it is. @throws Error when the command cannot be run, or ends at once */
export async function startService(layout: Layout, name: string, launch: Launch): Promise<Started> {
  mkdirSync(layout.logs, { recursive: true });
  const path = logFile(layout, name);
  const file = openLog(path);
  try {
    const log = { path, start: fstatSync(file).size };
    const child = spawnDetached(launch, layout, file);
    const identity = await spawned(layout, name, child).catch((cause: unknown) => {
      throw new Error(`cannot run ${launch.command} for ${name}`, { cause });
    });
    if (identity === undefined) throw new Error(`${name} ended while starting; ${endOfLog(log)}`);
    return { identity, log };
  } finally {
    closeSync(file);
  }
}

function spawnDetached(launch: Launch, layout: Layout, log: number): ChildProcess {
  const inherited = PASSED_ON.flatMap((key) =>
    process.env[key] === undefined ? [] : [[key, process.env[key]]],
  );
  return spawn(launch.command, [...launch.args], {
    cwd: launch.cwd ?? layout.directory,
    env: { TZ: 'UTC', ...Object.fromEntries(inherited), ...launch.env },
    detached: true,
    stdio: ['ignore', log, log],
    ...launch.account,
  });
}

/** Undefined when the process has ended already. */
async function spawned(
  layout: Layout,
  name: string,
  child: ChildProcess,
): Promise<ProcessIdentity | undefined> {
  // At once: an interrupt between start and note would leave a process that no one knows.
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (identity !== undefined) writePidFile(layout, name, identity);
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  child.unref();
  return identity;
}

/** Keeps one older log, so that a platform that runs for weeks does not fill the disk. */
function openLog(path: string): number {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}
