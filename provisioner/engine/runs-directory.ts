/** The directory that holds the run directories. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcessesOf } from './end-processes.ts';
import { isAlive } from './process-identity.ts';
import { ownerOfRun } from './run-directory.ts';

const WRITABLE_BY_OTHERS = 0o022;

/**
 * Makes sure that it exists and is ours alone, and clears what processes that ended in mid-run left.
 * @throws when somebody else could write there, and so change a run's state under our hands
 */
export async function openRunsDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(path);
  if (uid !== process.getuid?.() || (mode & WRITABLE_BY_OTHERS) !== 0) {
    throw new Error(
      `${path} is not safe for engine runs: it must belong to this user, and no other may write to it`,
    );
  }
  await clearDeadRuns(path);
}

/**
 * Ends what still runs for processes that are no more, and removes their run directories; a living process' are never
 * touched. Processes tell each other by number, so those of different containers must not share a directory.
 * @throws when something does not end
 */
export async function clearDeadRuns(path: string): Promise<void> {
  await Promise.all((await readdir(path)).map((name) => clearIfDead(path, name)));
}

async function clearIfDead(runsDirectory: string, name: string): Promise<void> {
  const owner = ownerOfRun(name);
  if (owner === undefined || (await isAlive(owner))) return;
  await endProcessesOf(name);
  await rm(join(runsDirectory, name), { recursive: true, force: true, maxRetries: 10 });
}
