/** The directory of one run: a file backend with one stack in it, the project's files, and a Pulumi home. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TENANT_PROJECT } from '../../tenancy/names.ts';
import { ownIdentity } from './process-identity.ts';
import { fromCheckpoint, type StackState, saltOf, toCheckpoint } from './stack-state.ts';

/** Every run directory's name starts with this. */
export const RUN_PREFIX = 'run-';
/** File in a run directory that says which process it belongs to. */
export const OWNER_FILE = 'owner.json';
/** The DIY backend's layout with stacks sorted by project. */
const BACKEND_VERSION = 1;

export interface RunDirectory {
  readonly path: string;
  /** Where the CLI may keep what is its own. */
  readonly home: string;
  readonly backendUrl: string;
  /** The state as the run left it. */
  readState(): Promise<StackState>;
  remove(): Promise<void>;
}

export interface Layout {
  readonly runsDirectory: string;
  readonly stack: string;
  readonly state: StackState | undefined;
  /** Encryption salt for a stack that has none yet; undefined lets the CLI make one. */
  readonly salt: string | undefined;
}

/** Lays out a directory that only this process' user can enter. */
export async function createRunDirectory(layout: Layout): Promise<RunDirectory> {
  const path = await mkdtemp(join(layout.runsDirectory, RUN_PREFIX));
  await writeFile(join(path, OWNER_FILE), JSON.stringify(await ownIdentity()));
  const backend = join(path, 'backend');
  const stacks = join(backend, '.pulumi', 'stacks', TENANT_PROJECT);
  const checkpoint = join(stacks, `${layout.stack}.json`);
  await Promise.all([mkdir(stacks, { recursive: true }), mkdir(join(path, 'home'))]);
  await Promise.all([
    writeFile(join(backend, '.pulumi', 'meta.yaml'), `version: ${BACKEND_VERSION}\n`),
    writeFile(checkpoint, toCheckpoint(`organization/${TENANT_PROJECT}/${layout.stack}`, layout.state)),
    writeFile(join(path, 'Pulumi.yaml'), `name: ${TENANT_PROJECT}\nruntime: nodejs\n`),
    writeFile(join(path, `Pulumi.${layout.stack}.yaml`), stackSettings(layout)),
  ]);
  return {
    path,
    home: join(path, 'home'),
    backendUrl: pathToFileURL(backend).href,
    readState: async () => fromCheckpoint(await readFile(checkpoint, 'utf8')),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

function stackSettings({ state, salt }: Layout): string {
  const chosen = (state && saltOf(state)) ?? salt;
  return chosen === undefined ? '{}\n' : `encryptionsalt: ${JSON.stringify(chosen)}\n`;
}
