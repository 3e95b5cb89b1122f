/** One file a service, with the identity of the process that runs it. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from './layout.ts';
import { isRunning, type ProcessIdentity, processIdentitySchema } from './process-identity.ts';

/** Writes the file whole or not at all: a reader never sees half an identity. */
export function writePidFile(layout: Layout, name: string, identity: ProcessIdentity): void {
  mkdirSync(layout.pids, { recursive: true });
  const path = pidFile(layout, name);
  writeFileSync(`${path}.new`, `${JSON.stringify(identity)}\n`);
  renameSync(`${path}.new`, path);
}

/** The process that runs a service; undefined when it does not run, also when its pid went to another process. */
export function runningProcess(layout: Layout, name: string): ProcessIdentity | undefined {
  const identity = readPidFile(layout, name);
  return identity !== undefined && isRunning(identity) ? identity : undefined;
}

export function removePidFile(layout: Layout, name: string): void {
  rmSync(pidFile(layout, name), { force: true });
}

/** Names of the services that were started and not stopped since, whether they still run or not. */
export function startedServices(layout: Layout): string[] {
  try {
    return readdirSync(layout.pids)
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length));
  } catch {
    return [];
  }
}

function readPidFile(layout: Layout, name: string): ProcessIdentity | undefined {
  let text: string;
  try {
    text = readFileSync(pidFile(layout, name), 'utf8');
  } catch {
    return undefined;
  }
  const parsed = processIdentitySchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${pidFile(layout, name)} is not a pid file of this platform: remove it`, {
    cause: parsed.error,
  });
}

function pidFile(layout: Layout, name: string): string {
  return join(layout.pids, `${name}.json`);
}
