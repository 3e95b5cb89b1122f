/** What goes into an engine run, and what comes out of it. */
import type { EngineEvent } from './engine-event.ts';

/** An inline Pulumi program: registers resources, and returns the stack's outputs. */
export type Program = () => Promise<Record<string, unknown>>;

export interface StackRun {
  /** Name of the stack; the project is the same for all tenants. */
  readonly stack: string;
  readonly program: Program;
  /** The last promoted state as an earlier run returned it; null for a stack that has none. */
  readonly state: Buffer | null;
  /** Loopback port of the resident Kubernetes provider; null to let the CLI find the official plugin. */
  readonly providerPort: number | null;
  /** Told of the run's progress, in order. */
  readonly onEvent?: (event: EngineEvent) => void;
  /** Ends the run: nothing of it goes on, and it fails with the reason of the abort. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** A run that removes all that the state knows. */
export type DestroyRun = Omit<StackRun, 'program'>;

/** A resource that the run could not make, change or delete. */
export interface Failure {
  readonly urn: string;
  /** Pulumi type, for example `kubernetes:core/v1:Namespace`. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
  /** What the API said, without control characters. */
  readonly message: string;
}

export type StackResult =
  | {
      readonly result: 'succeeded';
      /** The new state, compressed; worth keeping only by who still holds the lease. */
      readonly state: Buffer;
      /** How many resources were created, updated, left the same and so on. */
      readonly changes: Readonly<Record<string, number>>;
    }
  | {
      readonly result: 'failed';
      readonly failures: readonly Failure[];
      /** All of it for a person, the failing resources named. */
      readonly message: string;
    }
  | {
      /** The given state is damaged; nothing was done. Keep it, and run again without: what exists is adopted. */
      readonly result: 'unreadable';
      readonly message: string;
    };
