import { access } from 'node:fs/promises';
import { readManifest, type Toolchain } from './manifest.ts';
import { SetUpError } from './set-up-error.ts';
import { readSettings } from './settings.ts';

export type { Toolchain };

/**
 * Where the parts of the toolchain are, as the last `make setup` left them.
 * Throws SetUpError when there was none for these versions, or when a part is gone since.
 */
export async function locateToolchain(environment: NodeJS.ProcessEnv = process.env): Promise<Toolchain> {
  const { cacheDirectory } = readSettings(environment);
  const toolchain = await readManifest(cacheDirectory);
  if (toolchain === undefined) {
    throw new SetUpError(`The toolchain is not set up in ${cacheDirectory}: run \`make setup\`.`);
  }
  await Promise.all(Object.values(toolchain).map(checkPart));
  return toolchain;
}

async function checkPart(path: string): Promise<void> {
  await access(path).catch((error) => {
    throw new SetUpError(`${path} is missing from the toolchain: run \`make setup\`.`, { cause: error });
  });
}
