/**
 * Keeps an error that a program leaves unhandled with the run of that program.
 *
 * For every run the Automation API's language server listens to the whole process for uncaught exceptions and
 * unhandled rejections, so that one program's error fails all runs that are going on, and errors of the rest of the
 * process vanish in them. Here its listeners are taken off again, and one pair for the whole process finds the run by
 * the asynchronous context that the error arose in (which Node keeps for both events).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { LanguageServerClass } from './pinned.ts';

type Listener = (error: unknown) => void;
interface ProgramRun {
  /** The language server's own listener; undefined once the run has been answered. */
  report: Listener | undefined;
}

const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;
const currentRun = new AsyncLocalStorage<ProgramRun>();
const isolated = new WeakSet<LanguageServerClass>();

/** Wraps the class' `run`, once a process. `onLate` is told of errors of programs whose run is over. */
export function isolatePrograms(languageServer: LanguageServerClass, onLate: Listener): void {
  if (isolated.has(languageServer)) return;
  isolated.add(languageServer);
  const handlers = EVENTS.map((event) => ({ event, handle: handlerOf(event, onLate) }));
  const original = languageServer.prototype.run;
  languageServer.prototype.run = function (call, callback) {
    for (const { event, handle } of handlers) {
      if (!listeners(event).includes(handle)) process.on(event, handle);
    }
    const run: ProgramRun = { report: undefined };
    return currentRun.run(run, () => {
      const before = new Set(listeners('unhandledRejection'));
      const running = original.call(this, call, (...answer) => {
        run.report = undefined;
        callback(...answer);
      });
      run.report = takeListener(before);
      return running;
    });
  };
}

/** The listener that `run` added to both events while it was called, taken off both. */
function takeListener(before: ReadonlySet<Listener>): Listener {
  const added = listeners('unhandledRejection').filter((listener) => !before.has(listener));
  const [listener] = added;
  if (listener === undefined || added.length > 1) {
    throw new Error(`The language server of Pulumi added ${added.length} listeners for a run, not one`);
  }
  for (const event of EVENTS) process.off(event, listener);
  return listener;
}

function handlerOf(event: (typeof EVENTS)[number], onLate: Listener): Listener {
  return (error) => {
    const run = currentRun.getStore();
    if (run !== undefined) (run.report ?? onLate)(error);
    // Not of a program. Node would have ended the process, had we not listened; so end it, unless others listen.
    else if (listeners(event).length === 1) throw error;
  };
}

function listeners(event: (typeof EVENTS)[number]): Listener[] {
  return process.listeners(event as 'unhandledRejection') as Listener[];
}
