import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { removePartialEntries } from './cache-entry.ts';
import { type Holder, withLock } from './lock.ts';
import { SetUpError } from './set-up-error.ts';

/**
 * Makes the cache directory, waits until no other set-up works in it, clears what an interrupted one left, and runs
 * `work`. Throws SetUpError when the directory cannot be used.
 */
export async function workInCache<T>(
  cacheDirectory: string,
  onWait: (holder: Holder) => void,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    await mkdir(cacheDirectory, { recursive: true });
  } catch (error) {
    const remedy = 'Set LANDLORD_CACHE to a directory that you may write to.';
    throw new SetUpError(`The cache ${cacheDirectory} cannot be made (${error}).\n${remedy}`, {
      cause: error,
    });
  }
  await checkOthersMayEnter(cacheDirectory);
  return withLock(cacheDirectory, onWait, signal, async () => {
    await removePartialEntries(cacheDirectory);
    return work();
  });
}

/** Root's PostgreSQL runs as an ordinary user, who must be able to reach its binaries. */
async function checkOthersMayEnter(cacheDirectory: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  for (let directory = cacheDirectory; directory !== '/'; directory = dirname(directory)) {
    const { mode } = await stat(directory);
    if ((mode & 0o001) !== 0) continue;
    throw new SetUpError(
      `The cache ${cacheDirectory} cannot hold PostgreSQL: ${directory} is closed to other users, and the server ` +
        'refuses to run as root.\nSet LANDLORD_CACHE to a directory that all users may enter.',
    );
  }
}
