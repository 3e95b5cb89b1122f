/** Builds a tool from the modules pinned in modules/. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { explainGoFailure, missingGo, tooOldGo } from './go-remedy.ts';
import { type CommandOptions, runCommand } from './run-command.ts';
import type { GoBinary, Tool } from './tools.ts';

export interface BuildOptions {
  /** Where to look for Go, as in PATH. */
  readonly searchPath: string;
  readonly onProgress: (doing: string) => void;
  readonly signal: AbortSignal;
}

const modulesDirectory = join(import.meta.dirname, 'modules');
/** Debug symbols, paths and version control have no use here and would make the result depend on the machine. */
const flags = ['-trimpath', '-buildvcs=false'];
const linkerFlags = ['-s', '-w'];

/** Names what would be built: the tool, its version and a digest of all that the result depends on. */
export async function buildName(tool: Tool): Promise<string> {
  const digest = createHash('sha256').update(JSON.stringify([flags, linkerFlags, tool.binaries]));
  for (const binary of tool.binaries) {
    for (const file of ['go.mod', 'go.sum'])
      digest.update(await readFile(join(moduleDirectory(binary), file)));
  }
  return `${tool.name}-${tool.version}-built-${digest.digest('hex').slice(0, 12)}`;
}

/**
 * Builds all binaries of a tool into `directory`. Go keeps what it compiled, so an interrupted build goes on where
 * it stopped. Throws SetUpError with the remedy when Go is missing, too old, or fails.
 */
export async function buildWithGo(tool: Tool, directory: string, options: BuildOptions): Promise<void> {
  const { onProgress, signal } = options;
  for (const binary of tool.binaries) {
    const command = { cwd: moduleDirectory(binary), environment: goEnvironment(options.searchPath), signal };
    await checkGo(command);
    onProgress(`building ${binary.name}`);
    const onLine = countPackages(binary.name, onProgress);
    const { code, output } = await runCommand('nice', buildCommand(binary, directory), {
      ...command,
      onLine,
    });
    if (code !== 0) throw explainGoFailure(binary.name, output);
  }
}

function moduleDirectory(binary: GoBinary): string {
  return resolve(modulesDirectory, binary.module);
}

function buildCommand(binary: GoBinary, directory: string): string[] {
  const ldflags = [...linkerFlags, ...binary.variables.map((variable) => `-X ${variable}`)].join(' ');
  const output = join(directory, binary.name);
  return ['-n', '10', 'go', 'build', '-v', ...flags, '-ldflags', ldflags, '-o', output, binary.package];
}

/** The user's GOPROXY and caches hold; flags, targets and workspaces of theirs would change what is built. */
function goEnvironment(searchPath: string): NodeJS.ProcessEnv {
  const target = { GOOS: 'linux', GOARCH: process.arch === 'x64' ? 'amd64' : process.arch };
  const pinned = { CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly', GOWORK: 'off' };
  return { ...process.env, ...target, ...pinned, PATH: searchPath };
}

async function checkGo(command: CommandOptions & { readonly cwd: string }): Promise<void> {
  const asked = await runCommand('go', ['env', 'GOVERSION'], { ...command, cwd: '/' }).catch((error) => {
    if (error.code === 'ENOENT') throw missingGo();
    throw error;
  });
  const needed = /^go (\S+)$/m.exec(await readFile(join(command.cwd, 'go.mod'), 'utf8'))?.[1] ?? '1';
  const found = asked.output.trim().replace(/^go/, '');
  if (found.localeCompare(needed, 'en', { numeric: true }) < 0) throw tooOldGo(found, needed);
}

/** Go prints a line for each module it fetches and each package it compiles. */
function countPackages(name: string, onProgress: (doing: string) => void): (line: string) => void {
  let modules = 0;
  let packages = 0;
  return (line) => {
    if (line.startsWith('go: downloading ')) modules += 1;
    else packages += 1;
    const fetched = modules > 0 ? `${modules} modules fetched, ` : '';
    onProgress(`building ${name}: ${fetched}${packages} packages compiled`);
  };
}
