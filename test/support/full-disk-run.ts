/**
 * `node full-disk-run.ts RUNS_DIRECTORY`: runs a stack while the file system of RUNS_DIRECTORY has room, has none, has
 * some that the run uses up, and has room again; prints the four results as JSON, a thrown error as `{result: 'thrown'}`.
 */
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import winston from 'winston';
import { createEngine } from '../../provisioner/engine/engine.ts';
import type { StackResult } from '../../provisioner/engine/stack-run.ts';
import { unpackState } from '../../provisioner/engine/stack-state.ts';
import { toolPath } from './cluster.ts';
import { serveMemoryProvider, Thing } from './memory-provider.ts';

/** Bytes: enough to lay out a run, too few for its lock. (At the state, the CLI tries for half a minute more.) */
const ROOM_FOR_OTHER_FILES = 24 * 1024;

const [runsDirectory = ''] = process.argv.slice(2);
const filler = join(runsDirectory, 'filler');
const provider = await serveMemoryProvider();
const engine = await createEngine({
  mode: 'direct',
  pathPrefix: toolPath(),
  runsDirectory,
  passphrase: 'correct horse battery staple',
  provider: 'resident',
  logger: winston.createLogger({ silent: true }),
});

async function fillExcept(bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(runsDirectory);
  await writeFile(filler, Buffer.alloc(bavail * bsize - bytes));
}

async function run(
  state: Buffer | null,
  size: number,
): Promise<StackResult | { result: 'thrown'; message: string }> {
  const program = async () => {
    for (let number = 0; number < 40; number += 1) new Thing(`thing-${number}`, { size });
    return {};
  };
  const settings = { signal: new AbortController().signal, timeoutMs: 60_000 };
  return engine
    .up({ stack: 't-disk', program, state, providerPort: provider.port, ...settings })
    .catch((error: Error) => ({ result: 'thrown', message: error.message }));
}

const first = await run(null, 1);
if (first.result !== 'succeeded') throw new Error(first.message);
await fillExcept(0);
const full = await run(first.state, 2);
await rm(filler);
const stateLength = JSON.stringify(await unpackState(first.state)).length;
await fillExcept(stateLength + ROOM_FOR_OTHER_FILES);
const filledUp = await run(first.state, 2);
await rm(filler);
const later = await run(first.state, 2);
provider.close();
process.stdout.write(
  JSON.stringify([first, full, filledUp, later].map((outcome) => ({ ...outcome, state: null }))),
);
