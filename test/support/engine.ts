/** An engine on the real CLI, with a runs directory of its own. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import winston from 'winston';
import { createEngine, type Engine } from '../../provisioner/engine/engine.ts';
import type { EngineOptions } from '../../provisioner/engine/engine-options.ts';
import type { DestroyRun, StackResult, StackRun } from '../../provisioner/engine/stack-run.ts';
import { toolPath } from './cluster.ts';

/** What the states of a test engine's stacks are encrypted with. */
export const TEST_PASSPHRASE = 'correct horse battery staple';

export interface TestEngine {
  readonly engine: Engine;
  readonly runsDirectory: string;
  /** Runs with a minute's time-out and nothing to abort it, unless told otherwise. */
  up(run: Partial<StackRun> & Pick<StackRun, 'stack' | 'program'>): Promise<StackResult>;
  destroy(run: Partial<DestroyRun> & Pick<DestroyRun, 'stack' | 'state'>): Promise<StackResult>;
  close(): Promise<void>;
}

/** Removes its directory when closed. */
export async function openTestEngine(options: Partial<EngineOptions> = {}): Promise<TestEngine> {
  const runsDirectory = await mkdtemp(join(tmpdir(), 'engine-'));
  const engine = await createEngine({
    mode: 'direct',
    pathPrefix: toolPath(),
    runsDirectory,
    passphrase: TEST_PASSPHRASE,
    provider: 'resident',
    logger: winston.createLogger({ silent: true }),
    ...options,
  });
  const defaults = {
    state: null,
    providerPort: null,
    signal: new AbortController().signal,
    timeoutMs: 60_000,
  };
  return {
    engine,
    runsDirectory,
    up: (run) => engine.up({ ...defaults, ...run }),
    destroy: (run) => engine.destroy({ ...defaults, ...run }),
    close: () => rm(runsDirectory, { recursive: true, force: true }),
  };
}

/** The state of a run that must have succeeded. */
export function stateOf(result: StackResult): Buffer {
  if (result.result !== 'succeeded') throw new Error(`the run ${result.result}: ${result.message}`);
  return result.state;
}

/** The processes that work in a directory. */
export async function pidsIn(directory: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')),
  );
  return pids.filter((_, index) => environments[index]?.includes(directory)).map(Number);
}

/** Command lines of the processes that work in a directory. */
export async function processesIn(directory: string): Promise<string[]> {
  const pids = await pidsIn(directory);
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line !== '').map((line) => line.replaceAll('\0', ' '));
}
