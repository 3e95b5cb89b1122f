/** One run of one stack, from its stored state to the next. */
import { runEnvironment } from './cli-environment.ts';
import { directUpdate } from './direct-update.ts';
import { parseEngineEvent } from './engine-event.ts';
import type { EngineOptions } from './engine-options.ts';
import { plainText } from './plain-text.ts';
import { createRunDirectory, type RunDirectory } from './run-directory.ts';
import type { Finished } from './run-process.ts';
import { clearDeadRuns } from './runs-directory.ts';
import type { StackResult, StackRun } from './stack-run.ts';
import { packState, type StackState, UnreadableStateError, unpackState } from './stack-state.ts';
import { stockUpdate } from './stock-update.ts';
import type { Update } from './update.ts';
import { openVerdict, type Verdict } from './verdict.ts';

/**
 * How the CLI says that a state is no sound one, though JSON. Source: backend/diy/state.go and
 * cmd/pulumi/cmd/cmd.go of github.com/pulumi/pulumi/pkg/v3.
 */
const DAMAGED_STATE =
  /failed to load checkpoint: json:|snapshot integrity error.*occurred while reading a snapshot/s;

export type CommandedRun = StackRun & Pick<Update, 'command'>;

/**
 * Runs one stack in a directory of its own, which is gone afterwards, once nothing of dead processes' runs goes on.
 * `salt` is for a stack that has none yet.
 * @throws when the CLI can't be started, or it does what the pinned version does not
 */
export async function runStack(
  options: EngineOptions,
  salt: string | undefined,
  run: CommandedRun,
): Promise<StackResult> {
  try {
    const state = run.state === null ? undefined : await unpackState(run.state);
    await clearDeadRuns(options.runsDirectory);
    return await runFrom(state, options, salt, run);
  } catch (error) {
    if (error instanceof UnreadableStateError) return { result: 'unreadable', message: error.message };
    throw error;
  }
}

async function runFrom(
  state: StackState | undefined,
  options: EngineOptions,
  salt: string | undefined,
  run: CommandedRun,
): Promise<StackResult> {
  const directory = await createRunDirectory({
    runsDirectory: options.runsDirectory,
    stack: run.stack,
    state,
    salt,
  });
  try {
    return await runIn(directory, options, run);
  } finally {
    await directory.remove();
  }
}

async function runIn(
  directory: RunDirectory,
  options: EngineOptions,
  run: CommandedRun,
): Promise<StackResult> {
  const verdict = openVerdict();
  const timeout = AbortSignal.timeout(run.timeoutMs);
  const reader = readEvents(run, verdict);
  const update: Update = {
    stack: run.stack,
    command: run.command,
    program: run.program,
    directory: directory.path,
    environment: runEnvironment(options, directory, run.providerPort),
    onWireEvent: reader.read,
    signal: AbortSignal.any([run.signal, timeout]),
  };
  const finished = await (options.mode === 'direct' ? directUpdate : stockUpdate)(update);
  // The CLI starts plugins in groups of their own, and can't end them when it is killed itself.
  if (finished.code === null) await directory.endProcesses();
  reader.check();
  if (finished.code !== 0 && DAMAGED_STATE.test(finished.stderr)) {
    return { result: 'unreadable', message: lastWords(finished) };
  }
  const changes = finished.code === 0 ? verdict.changes() : undefined;
  if (changes !== undefined) {
    return { result: 'succeeded', state: await packState(await directory.readState()), changes };
  }
  const stopped = stopReason(run, timeout);
  return stopped === undefined
    ? verdict.failure(lastWords(finished))
    : { ...verdict.failure(stopped), message: stopped };
}

/** Takes in events; keeps the first error in doing so for `check` to throw, since the stream has no use for it. */
function readEvents({ onEvent }: StackRun, verdict: Verdict) {
  const errors: unknown[] = [];
  const read = (wire: unknown) => {
    try {
      const event = parseEngineEvent(wire);
      if (event === undefined) return;
      verdict.record(event);
      onEvent?.(event);
    } catch (error) {
      errors.push(error);
    }
  };
  const check = () => {
    if (errors.length > 0)
      throw new Error('An event of the engine could not be taken in', { cause: errors[0] });
  };
  return { read, check };
}

function stopReason({ signal, timeoutMs }: StackRun, timeout: AbortSignal): string | undefined {
  if (signal.aborted)
    return `The run was ended: ${plainText(String(signal.reason?.message ?? signal.reason))}`;
  return timeout.aborted ? `The run took longer than ${timeoutMs} ms and was ended` : undefined;
}

function lastWords({ code, stderr }: Finished): string {
  return `pulumi ended with ${code === null ? 'a signal' : `code ${code}`}: ${plainText(stderr) || 'it said nothing'}`;
}
