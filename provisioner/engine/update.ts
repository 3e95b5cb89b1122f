/** One update under way: what every way of running the CLI is given. */
import type { Finished } from './run-process.ts';
import type { Program } from './stack-run.ts';

export interface Update {
  readonly stack: string;
  /** `up`: make it what the program says. `destroy`: remove all that its state knows; the program is not run. */
  readonly command: 'up' | 'destroy';
  readonly program: Program;
  /** The run directory. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Gets each event of the engine as the CLI sent it. */
  readonly onWireEvent: (event: unknown) => void;
  /** Ends the run. */
  readonly signal: AbortSignal;
}

/** Runs the CLI on a laid-out stack, to its end. */
export type RunUpdate = (update: Update) => Promise<Finished>;
