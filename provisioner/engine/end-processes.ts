/** Ends the CLI, and the plugins it started, of a run whose own process is no more. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const DEADLINE_MS = 5_000;
const PAUSE_MS = 20;

/**
 * Kills every process that works in the run directory of this name, told by PULUMI_HOME in its environment, which its
 * children inherit; returns once none is left. Where there is no /proc (proc(5)) none is found.
 * @throws when one does not end in time
 */
export async function endProcessesOf(run: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const pids = await processesOf(run);
    if (pids.length === 0) return;
    if (performance.now() > deadline) {
      throw new Error(`Processes ${pids.join(', ')} of the dead run ${run} can't be ended: end them by hand`);
    }
    for (const pid of pids) kill(pid);
    await delay(PAUSE_MS);
  }
}

async function processesOf(run: string): Promise<number[]> {
  const all = await readdir('/proc').catch(() => []);
  const pids = all.filter((name) => /^\d+$/.test(name)).map(Number);
  const belong = await Promise.all(pids.map((pid) => worksIn(pid, run)));
  return pids.filter((_, index) => belong[index]);
}

async function worksIn(pid: number, run: string): Promise<boolean> {
  // Other users' processes can't be read, and are none of ours; a zombie's environment is empty.
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment
    .split('\0')
    .some((entry) => entry.startsWith('PULUMI_HOME=') && entry.endsWith(`/${run}/home`));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
