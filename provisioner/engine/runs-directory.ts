/** The directory that holds the run directories. */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, processIdentitySchema } from './process-identity.ts';
import { OWNER_FILE, RUN_PREFIX } from './run-directory.ts';

const WRITABLE_BY_OTHERS = 0o022;

/**
 * Makes sure that it exists and is ours alone, and removes what processes that ended in mid-run left in it.
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
  const runs = (await readdir(path)).filter((name) => name.startsWith(RUN_PREFIX));
  await Promise.all(runs.map((name) => removeIfOrphaned(join(path, name))));
}

async function removeIfOrphaned(run: string): Promise<void> {
  const text = await readFile(join(run, OWNER_FILE), 'utf8').catch(() => undefined);
  if (text === undefined || text === '') return;
  if (await isAlive(processIdentitySchema.parse(JSON.parse(text)))) return;
  // Its CLI may need a moment to notice that nobody answers any more, and write a last file.
  await rm(run, { recursive: true, force: true, maxRetries: 10 });
}
