/** What engine runs left behind: directories, and processes that still work in them. */
import { readdirSync, readlinkSync } from 'node:fs';
import { allProcesses } from '../../tools/platform/process-tree.ts';
import { eventually } from '../support/eventually.ts';

/** A run that has just ended is cleared away while its tenant is ready already. */
const GRACE_MS = 5_000;

export async function leftByRuns(runsDirectory: string): Promise<string[]> {
  let left: string[] = [];
  const isClean = () => {
    const directories = readdirSync(runsDirectory).filter((name) => name.startsWith('run-'));
    const processes = allProcesses().filter((pid) => workingDirectory(pid).startsWith(`${runsDirectory}/`));
    left = [
      ...directories.map((name) => `run directory ${name} was left behind`),
      ...processes.map((pid) => `process ${pid} still works in a run directory`),
    ];
    return left.length === 0;
  };
  await eventually(isClean, { timeoutMs: GRACE_MS }).catch(() => undefined);
  return left;
}

function workingDirectory(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
