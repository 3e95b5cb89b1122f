/**
 * Which process is meant by a pid: the kernel hands pids out again, so a pid counts only together with the time
 * its process started (field 22 of /proc/PID/stat, proc_pid_stat(5)) and the boot that this time counts from.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const processIdentitySchema = z.strictObject({
  pid: z.int().positive(),
  /** Clock ticks after boot at which the process started. */
  startTicks: z.string(),
  bootId: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** The identity of the live process that has this pid now; undefined when there is none (a zombie counts as none). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return undefined;
  return { pid, startTicks: stat.startTicks, bootId: bootId() };
}

/** Whether that very process still runs; false when its pid now belongs to another one. */
export function isRunning(identity: ProcessIdentity): boolean {
  const current = identifyProcess(identity.pid);
  return current?.startTicks === identity.startTicks && current.bootId === identity.bootId;
}

/** Sends a signal to exactly that process. Returns false when it has ended already. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw new Error(`cannot signal process ${identity.pid}: does it belong to another user?`, {
      cause: error,
    });
  }
}

/** State, parent and start of a process as /proc tells them; undefined when there is no such process. */
export function readStat(pid: number): { state: string; parent: number; startTicks: string } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The command stands in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', parent: Number(fields[1]), startTicks: fields[19] ?? '' };
}

let cachedBootId: string | undefined;

function bootId(): string {
  cachedBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return cachedBootId;
}
