/**
 * PostgreSQL's own lock file, `postmaster.pid`. After a crash it names a pid that may be a zombie's by now, or a
 * stranger's, and the server would refuse to start. It may be removed only when no process of the server is left.
 */
import { readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { allProcesses } from '../process-tree.ts';

const POLL_MS = 20;
/** Backends end by themselves, soon after they notice that their postmaster is gone. */
const LIMIT_MS = 10_000;

/** @throws Error naming a process that still works in the data directory */
export async function removeStaleLock(dataDirectory: string): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  for (let pid = serverProcess(dataDirectory); pid !== undefined; pid = serverProcess(dataDirectory)) {
    if (Date.now() > deadline) {
      throw new Error(
        `process ${pid} works in ${dataDirectory}, but is not the PostgreSQL that was started: end it`,
      );
    }
    await delay(POLL_MS);
  }
  rmSync(join(dataDirectory, 'postmaster.pid'), { force: true });
}

/** Every process of a PostgreSQL server has the data directory as its working directory; a zombie has none. */
function serverProcess(dataDirectory: string): number | undefined {
  return allProcesses().find((pid) => workingDirectory(pid) === dataDirectory);
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
