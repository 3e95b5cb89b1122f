import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const PARTIAL = '.partial-';

/** Fills a new directory of the cache. */
export type Fill = (directory: string) => Promise<void>;

/** Path of a finished entry, or undefined. What stands under its name is always whole. */
export async function findEntry(cacheDirectory: string, name: string): Promise<string | undefined> {
  const path = join(cacheDirectory, name);
  return access(path).then(
    () => path,
    () => undefined,
  );
}

/**
 * Makes the entry `name`, whole or not at all: `fill` works on a directory beside it, which takes the name at the
 * end. An entry that someone else finished meanwhile is used instead.
 */
export async function makeEntry(cacheDirectory: string, name: string, fill: Fill): Promise<string> {
  await mkdir(cacheDirectory, { recursive: true });
  const partial = await mkdtemp(join(cacheDirectory, PARTIAL));
  const path = join(cacheDirectory, name);
  try {
    const content = join(partial, 'content');
    await mkdir(content);
    await fill(content);
    await rename(content, path);
  } catch (error) {
    if (!isTaken(error)) throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return path;
}

/** Removes what an interrupted set-up left; the caller holds the cache's lock. */
export async function removePartialEntries(cacheDirectory: string): Promise<void> {
  const names = await readdir(cacheDirectory);
  const partial = names.filter((name) => name.startsWith(PARTIAL));
  await Promise.all(partial.map((name) => rm(join(cacheDirectory, name), { recursive: true, force: true })));
}

function isTaken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOTEMPTY' || code === 'EEXIST';
}
