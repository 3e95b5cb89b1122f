/** The only door to Pulumi: runs one tenant's stack, and says what became of it. */
import { baseEnvironment } from './cli-environment.ts';
import type { EngineOptions } from './engine-options.ts';
import { checkCli, checkOfficialPlugin } from './installed.ts';
import { isolatePrograms } from './isolate-programs.ts';
import { pinnedLanguageServer } from './pinned.ts';
import { plainText } from './plain-text.ts';
import { runStack } from './run-stack.ts';
import { openRunsDirectory } from './runs-directory.ts';
import type { DestroyRun, Program, StackResult, StackRun } from './stack-run.ts';
import { saltOf, unpackState } from './stack-state.ts';

const REHEARSAL_TIMEOUT_MS = 60_000;

export interface Engine {
  /**
   * Makes the stack what the program says. A failed, timed-out or aborted run and a damaged state are values.
   * @throws when the CLI can't be started, or it does what the pinned version does not
   */
  up(run: StackRun): Promise<StackResult>;
  /**
   * Removes all resources that the state knows, and returns once they are gone; what is in no state stays.
   * @throws as `up`
   */
  destroy(run: DestroyRun): Promise<StackResult>;
}

/**
 * An engine, after checking all it leans on: the directory, the versions, Pulumi's internals and, by running an
 * empty stack, the whole way.
 * @throws with the remedy when something is missing or not of the pinned version
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { logger } = options;
  const environment = baseEnvironment(options);
  isolatePrograms(pinnedLanguageServer(), (error) =>
    logger.warn('a stack program failed after its run was over', { error: plainText(String(error)) }),
  );
  await openRunsDirectory(options.runsDirectory);
  await checkCli(environment);
  if (options.provider === 'official') await checkOfficialPlugin(environment);
  const salt = await rehearse(options);
  return {
    up: (run) => runStack(options, salt, { ...run, command: 'up' }),
    destroy: (run) => runStack(options, salt, { ...run, command: 'destroy', program: emptyProgram }),
  };
}

const emptyProgram: Program = async () => ({});

/** Runs an empty stack. Its encryption salt serves all new stacks, which saves each of them a key derivation. */
async function rehearse(options: EngineOptions): Promise<string> {
  const result = await runStack(options, undefined, {
    stack: 'rehearsal',
    command: 'up',
    program: emptyProgram,
    state: null,
    providerPort: null,
    signal: new AbortController().signal,
    timeoutMs: REHEARSAL_TIMEOUT_MS,
  });
  const salt = result.result === 'succeeded' ? saltOf(await unpackState(result.state)) : undefined;
  if (salt !== undefined) return salt;
  const reason = result.result === 'succeeded' ? 'its state has no encryption salt' : result.message;
  throw new Error(`The engine can't run an empty stack: ${reason}`);
}
