/** What has to be installed beside us. */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { PINNED_VERSION } from './pinned.ts';

const OFFICIAL_PLUGIN = 'pulumi-resource-kubernetes';

/** @throws when `pulumi` is not found, or is not of the pinned version */
export async function checkCli(environment: NodeJS.ProcessEnv): Promise<void> {
  const { stdout } = await promisify(execFile)('pulumi', ['version'], { env: environment }).catch((cause) => {
    throw new Error(`pulumi can't be run from PATH ${environment.PATH}: ${remedy()}`, { cause });
  });
  const version = stdout.trim().replace(/^v/, '');
  if (version === PINNED_VERSION) return;
  throw new Error(`pulumi on PATH ${environment.PATH} is ${version}, not ${PINNED_VERSION}: ${remedy()}`);
}

/** @throws when the official Kubernetes plugin does not lie on PATH, where alone runs look for it */
export async function checkOfficialPlugin(environment: NodeJS.ProcessEnv): Promise<void> {
  const places = (environment.PATH ?? '').split(delimiter).filter((place) => place !== '');
  const tries = places.map((place) => access(join(place, OFFICIAL_PLUGIN), constants.X_OK));
  await Promise.any(tries).catch((cause) => {
    const choice = 'put it there, or set KUBERNETES_PROVIDER=resident';
    throw new Error(`${OFFICIAL_PLUGIN} is not on PATH ${environment.PATH}: ${choice}`, { cause });
  });
}

function remedy(): string {
  return `run make setup, or set PATH_PREFIX to the directory of pulumi ${PINNED_VERSION}`;
}
