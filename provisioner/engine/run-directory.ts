/** The directory of one run: its stack as files, and a Pulumi home. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { endProcessesOf } from './end-processes.ts';
import { type LaidOutStack, layOutStack, type StackFiles } from './lay-out-stack.ts';
import { ownIdentity, type ProcessIdentity } from './process-identity.ts';

/** `run-PID-STARTED-RANDOM`: whose a run is stands in its name, so there is no moment in which nobody can tell. */
const RUN_NAME = /^run-(?<pid>[1-9]\d*)-(?<startedAt>\d*)-\w{6}$/;

export interface RunDirectory extends LaidOutStack {
  readonly path: string;
  /** Where the CLI may keep what is its own. */
  readonly home: string;
  /** Ends the CLI and the plugins that still work in it. */
  endProcesses(): Promise<void>;
  remove(): Promise<void>;
}

export interface Layout extends StackFiles {
  readonly runsDirectory: string;
}

/** Lays out a directory that only this process' user can enter. What was written is removed again if that fails. */
export async function createRunDirectory(layout: Layout): Promise<RunDirectory> {
  const { pid, startedAt } = await ownIdentity();
  const path = await mkdtemp(join(layout.runsDirectory, `run-${pid}-${startedAt ?? ''}-`));
  const home = join(path, 'home');
  const remove = () => rm(path, { recursive: true, force: true });
  try {
    await mkdir(home);
    const files = await layOutStack(path, layout);
    return { ...files, path, home, endProcesses: () => endProcessesOf(basename(path)), remove };
  } catch (cause) {
    await remove();
    throw new Error(`The run directory of ${layout.stack} can't be written: ${String(cause)}`, {
      cause,
    });
  }
}

/** The process that a run directory belongs to, by the directory's name; undefined for what is no run directory. */
export function ownerOfRun(name: string): ProcessIdentity | undefined {
  const found = RUN_NAME.exec(name)?.groups;
  if (found === undefined) return undefined;
  return { pid: Number(found.pid), startedAt: found.startedAt || null };
}
