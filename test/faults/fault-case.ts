/** A fault to survive: how it is injected, and what must hold afterwards beyond what always must. */
import type { Engines } from './engines.ts';
import type { Stage } from './stage.ts';

export interface FaultCase {
  /** Its number in docs/faults.md; several cases may share one. */
  readonly row: number;
  readonly fault: string;
  /** How long everything accepted may take to settle once the fault is over. */
  readonly convergeMs: number;
  /** Injects the fault and takes it away again. Throws when something is not as it must be. */
  readonly inject: (stage: Stage, engines: Engines) => Promise<void>;
  /** What must hold once everything has settled. */
  readonly check?: (stage: Stage) => Promise<void>;
}

/** A row that can't be injected where the cases run. */
export interface NotInjected {
  readonly row: number;
  readonly fault: string;
  readonly because: string;
}

export interface Outcome {
  readonly row: number;
  readonly fault: string;
  /** What is wrong; empty when nothing is. */
  readonly violations: readonly string[];
  readonly notes: readonly string[];
  /** From the end of the fault until all had settled; undefined when they did not in time. */
  readonly secondsToConverge: number | undefined;
}
