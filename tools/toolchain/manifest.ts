/** What a set-up wrote down for `locateToolchain`: where everything is. */
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonText } from './json-text.ts';
import { versions } from './versions.ts';

const path = z.string().startsWith('/');

const toolchainSchema = z.strictObject({
  /** A directory with a link to every executable below, for PATH. */
  bin: path,
  pulumi: path,
  pulumiLanguageNodejs: path,
  kubeApiserver: path,
  kubeControllerManager: path,
  kubeScheduler: path,
  kubectl: path,
  etcd: path,
  kwok: path,
  valkeyServer: path,
  /** A directory with bin/, lib/ and share/. */
  postgres: path,
});

/** Absolute paths of the toolchain's parts. */
export type Toolchain = z.infer<typeof toolchainSchema>;

const manifestSchema = jsonText.pipe(toolchainSchema);

/** What the last set-up for these versions wrote, or undefined when there is none that can be read. */
export async function readManifest(cacheDirectory: string): Promise<Toolchain | undefined> {
  const text = await readFile(manifestPath(cacheDirectory), 'utf8').catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  return manifestSchema.safeParse(text).data;
}

/** Replaces the manifest in one step, so that a reader sees the old or the new one. */
export async function writeManifest(cacheDirectory: string, toolchain: Toolchain): Promise<void> {
  const partial = `${manifestPath(cacheDirectory)}.${process.pid}`;
  await writeFile(partial, `${JSON.stringify(toolchain, undefined, 2)}\n`);
  await rename(partial, manifestPath(cacheDirectory));
}

/** Checkouts that want other versions may share a cache: each set of versions has its own manifest. */
function manifestPath(cacheDirectory: string): string {
  const digest = createHash('sha256').update(JSON.stringify(versions)).digest('hex').slice(0, 12);
  return join(cacheDirectory, `toolchain-${digest}.json`);
}
