/** Gets one tool: from PATH, from the cache, from its release, or by building it. */
import { join } from 'node:path';
import { buildName, buildWithGo } from './build-with-go.ts';
import { findEntry, makeEntry } from './cache-entry.ts';
import { downloadRelease } from './download-release.ts';
import { ReleaseUnavailableError } from './fetch-release.ts';
import { findOnPath, probeVersion } from './find-on-path.ts';
import { SetUpError } from './set-up-error.ts';
import type { Way } from './settings.ts';
import type { Tool } from './tools.ts';

export interface Obtained {
  /** Absolute path of each of the tool's binaries, by name. */
  readonly paths: Readonly<Record<string, string>>;
  /** For a person, for example `built`. */
  readonly from: string;
}

export interface Means {
  readonly cacheDirectory: string;
  readonly way: Way | undefined;
  /** Directories to look in, as in PATH. */
  readonly searchPath: string;
  /** Whether the host of an address answers. */
  readonly isReachable: (address: string) => Promise<boolean>;
  readonly onProgress: (doing: string) => void;
  readonly signal: AbortSignal;
}

/** Throws SetUpError when no allowed way leads to the tool. */
export async function obtainTool(tool: Tool, means: Means): Promise<Obtained> {
  if (allows(means, 'path')) {
    const onPath = await fromPath(tool, means.searchPath);
    if (onPath !== undefined) return onPath;
    if (means.way === 'path') throw notOnPath(tool);
  }
  const kept = await fromCache(tool, means);
  if (kept !== undefined) return kept;
  if (!allows(means, 'download')) return build(tool, means, 'built');
  try {
    return await download(tool, means);
  } catch (error) {
    if (!(error instanceof ReleaseUnavailableError)) throw error;
    if (means.way !== 'download') return build(tool, means, `built because ${error.message}`);
    throw new SetUpError(`${error.message}: unset TOOLCHAIN, or set it to build.`, { cause: error });
  }
}

function allows({ way }: Means, asked: Way): boolean {
  return way === undefined || way === asked;
}

async function fromPath(tool: Tool, searchPath: string): Promise<Obtained | undefined> {
  const [main, ...companions] = tool.binaries.map(({ name }) => name);
  const found = await findOnPath({ ...tool, companions }, searchPath);
  if (found === undefined) return undefined;
  const paths = Object.fromEntries(companions.map((name) => [name, join(found.directory, name)]));
  return { paths: { ...paths, [String(main)]: found.path }, from: `${found.path} on PATH, ${found.version}` };
}

async function fromCache(tool: Tool, means: Means): Promise<Obtained | undefined> {
  for (const [way, name] of [
    ['download', downloadName(tool)],
    ['build', await buildName(tool)],
  ] as const) {
    const directory = allows(means, way) ? await findEntry(means.cacheDirectory, name) : undefined;
    if (directory !== undefined) return { paths: pathsIn(directory, tool), from: 'kept from before' };
  }
  return undefined;
}

async function download(tool: Tool, means: Means): Promise<Obtained> {
  for (const address of [tool.release.address, tool.release.checksum.address]) {
    if (await means.isReachable(address)) continue;
    throw new ReleaseUnavailableError(`${new URL(address).host} cannot be reached`);
  }
  const directory = await makeEntry(means.cacheDirectory, downloadName(tool), async (partial) => {
    await downloadRelease(tool.release, tool.name, partial, means);
    await checkVersion(tool, partial);
  });
  return { paths: pathsIn(directory, tool), from: `downloaded from ${new URL(tool.release.address).host}` };
}

async function build(tool: Tool, means: Means, from: string): Promise<Obtained> {
  const directory = await makeEntry(means.cacheDirectory, await buildName(tool), async (partial) => {
    await buildWithGo(tool, partial, means);
    await checkVersion(tool, partial);
  });
  return { paths: pathsIn(directory, tool), from };
}

/** A tool that does not run here, or is another version, must not enter the cache. */
async function checkVersion(tool: Tool, directory: string): Promise<void> {
  const path = join(directory, tool.name);
  const version = await probeVersion(path, tool.versionArguments);
  if (version === tool.version) return;
  throw new SetUpError(
    `${tool.name} ${tool.version} was wanted, but \`${tool.name} ${tool.versionArguments.join(' ')}\` ` +
      `says ${version ?? 'nothing that reads as a version'}.\nTry another way: TOOLCHAIN=path, download or build.`,
  );
}

function downloadName(tool: Tool): string {
  return `${tool.name}-${tool.version}-released-linux-${process.arch}`;
}

function pathsIn(directory: string, tool: Tool): Record<string, string> {
  return Object.fromEntries(tool.binaries.map(({ name }) => [name, join(directory, name)]));
}

function notOnPath(tool: Tool): SetUpError {
  const names = tool.binaries.map(({ name }) => name).join(' with ');
  return new SetUpError(
    `TOOLCHAIN=path, but ${names} ${tool.version} is not on PATH: install it, or unset TOOLCHAIN.`,
  );
}
