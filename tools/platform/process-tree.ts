/** A process with all its descendants, and the memory they use together, read from /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import { identifyProcess, type ProcessIdentity, readStat } from './process-identity.ts';

/** Every process of the machine now. */
export function allProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The process and its descendants, parents before children; empty when it does not run. */
export function processTree(root: number): ProcessIdentity[] {
  const children = new Map<number, number[]>();
  for (const pid of allProcesses()) {
    const parent = readStat(pid)?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const pids = [root];
  for (const pid of pids) pids.push(...(children.get(pid) ?? []));
  return pids.map(identifyProcess).filter((identity) => identity !== undefined);
}

/**
 * Bytes of memory that a process and its descendants use. Shared pages count by their share (PSS), so that
 * PostgreSQL's buffers, mapped by every one of its processes, count once.
 */
export function treeMemoryBytes(root: number): number {
  return processTree(root).reduce((sum, { pid }) => sum + memoryBytes(pid), 0);
}

function memoryBytes(pid: number): number {
  return (
    readKilobytes(`/proc/${pid}/smaps_rollup`, 'Pss') ?? readKilobytes(`/proc/${pid}/status`, 'VmRSS') ?? 0
  );
}

/** smaps_rollup of another user's process may not be read; its status may. */
function readKilobytes(path: string, field: string): number | undefined {
  try {
    const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(path, 'latin1'));
    return match === null ? undefined : Number(match[1]) * 1024;
  } catch {
    return undefined;
  }
}
