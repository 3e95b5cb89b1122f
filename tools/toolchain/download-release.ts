/** Downloads an official release and refuses it unless its published checksum fits. */
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type FetchOptions, fetchFile, fetchText, ReleaseUnavailableError } from './fetch-release.ts';
import { publishedChecksum } from './published-checksum.ts';
import type { Release } from './releases.ts';
import { runCommand } from './run-command.ts';
import { SetUpError } from './set-up-error.ts';

/**
 * Puts the release's executables into `directory`; one that comes without an archive gets the name `name`.
 * Throws ReleaseUnavailableError when it or its checksum cannot be fetched, SetUpError when the two do not fit.
 */
export async function downloadRelease(
  release: Release,
  name: string,
  directory: string,
  options: FetchOptions,
): Promise<void> {
  const published = publishedChecksum(release, await fetchText(release.checksum.address, options.signal));
  if (published === undefined) {
    throw new ReleaseUnavailableError(`${release.checksum.address} gives no SHA-256 for ${release.address}`);
  }
  const file = join(directory, '.download');
  const found = await fetchFile(release.address, file, options);
  if (found !== published) throw wrongChecksum(release, published, found);
  if (release.members === undefined) await rename(file, join(directory, name));
  else await unpack(file, release.members, directory, options.signal);
  const names = release.members?.map((member) => basename(member)) ?? [name];
  for (const executable of names) await chmod(join(directory, executable), 0o755);
}

async function unpack(
  archive: string,
  members: readonly string[],
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const unpacked = join(directory, '.unpacked');
  await mkdir(unpacked);
  const { code, output } = await runCommand('tar', ['-xzf', archive, '-C', unpacked, ...members], { signal });
  if (code !== 0) throw new SetUpError(`The release could not be unpacked:\n${output}`);
  for (const member of members) await rename(join(unpacked, member), join(directory, basename(member)));
  await rm(unpacked, { recursive: true });
  await rm(archive);
}

function wrongChecksum(release: Release, published: string, found: string): SetUpError {
  return new SetUpError(
    `${release.address} is refused: its SHA-256 is ${found}, but ${release.checksum.address} says ${published}.\n` +
      'Something on the way changed it. Try again, or build it instead: TOOLCHAIN=build.',
  );
}
