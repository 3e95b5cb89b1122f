/** The processes that specs started: their mark is in the environment, or they work in the specs' directory. */
import { readFileSync, readlinkSync } from 'node:fs';
import { identifyProcess, type ProcessIdentity } from '../../tools/platform/process-identity.ts';
import { allProcesses } from '../../tools/platform/process-tree.ts';
import type { RunArea } from './run-area.ts';

export interface SpecProcess {
  readonly identity: ProcessIdentity;
  readonly command: string;
}

/** Those that run now, mocha's own workers among them while there are any. */
export function processesOfSpecs(area: RunArea): SpecProcess[] {
  return allProcesses()
    .filter((pid) => pid !== process.pid && belongsTo(area, pid))
    .flatMap((pid) => {
      const identity = identifyProcess(pid);
      return identity === undefined ? [] : [{ identity, command: commandOf(pid) }];
    });
}

/** A process may have been given an environment without the mark, so its arguments and directory count too. */
function belongsTo(area: RunArea, pid: number): boolean {
  const environment = attempt(() => readFileSync(`/proc/${pid}/environ`, 'utf8'));
  if (environment.split('\0').includes(`LANDLORD_TEST_RUN=${area.directory}`)) return true;
  const directory = attempt(() => readlinkSync(`/proc/${pid}/cwd`));
  return `${directory}/`.startsWith(`${area.temporary}/`) || commandOf(pid).includes(area.temporary);
}

function commandOf(pid: number): string {
  return attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
    .replaceAll('\0', ' ')
    .trim();
}

/** Nothing can be read of a process that has just ended, or that another user runs. */
function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
