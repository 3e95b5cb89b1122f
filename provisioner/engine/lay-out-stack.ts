/** A stack as files: a file backend that holds its state, and the project's files. The stock `pulumi` opens it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TENANT_PROJECT } from '../../tenancy/names.ts';
import { fromCheckpoint, type StackState, saltOf, toCheckpoint } from './stack-state.ts';

/** The DIY backend's layout with stacks sorted by project. */
const BACKEND_VERSION = 1;

export interface StackFiles {
  readonly stack: string;
  /** Undefined for a stack that never ran. */
  readonly state: StackState | undefined;
  /** Encryption salt for a stack that has none yet; undefined lets the CLI make one. */
  readonly salt: string | undefined;
}

export interface LaidOutStack {
  /** For PULUMI_BACKEND_URL; it stands in the project file too. */
  readonly backendUrl: string;
  /** The state as the files hold it now. */
  readState(): Promise<StackState>;
}

/** Writes the stack's files into an existing directory. */
export async function layOutStack(path: string, files: StackFiles): Promise<LaidOutStack> {
  const backend = join(path, 'backend');
  const backendUrl = pathToFileURL(backend).href;
  const stacks = join(backend, '.pulumi', 'stacks', TENANT_PROJECT);
  const checkpoint = join(stacks, `${files.stack}.json`);
  const project = { name: TENANT_PROJECT, runtime: 'nodejs', backend: { url: backendUrl } };
  await mkdir(stacks, { recursive: true });
  await Promise.all([
    writeFile(join(backend, '.pulumi', 'meta.yaml'), `version: ${BACKEND_VERSION}\n`),
    writeFile(checkpoint, toCheckpoint(`organization/${TENANT_PROJECT}/${files.stack}`, files.state)),
    // JSON is YAML.
    writeFile(join(path, 'Pulumi.yaml'), `${JSON.stringify(project)}\n`),
    writeFile(join(path, `Pulumi.${files.stack}.yaml`), stackSettings(files)),
  ]);
  return { backendUrl, readState: async () => fromCheckpoint(await readFile(checkpoint, 'utf8')) };
}

function stackSettings({ state, salt }: StackFiles): string {
  const chosen = (state && saltOf(state)) ?? salt;
  return chosen === undefined ? '{}\n' : `encryptionsalt: ${JSON.stringify(chosen)}\n`;
}
