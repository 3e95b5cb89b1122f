/** The parts a platform is made of: services, which keep running, and tasks, which run to their end at each `up`. */
import type { Toolchain } from '../toolchain/locate.ts';
import type { Account } from './server-account.ts';

/** How to start a service's process. Secrets belong in `env` or in files, never in `args`, which all may read. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The account to run as, when it is not the caller's. */
  readonly account?: Account;
}

export interface Service {
  readonly kind: 'service';
  readonly name: string;
  /** Names of the units that must be up first. */
  readonly dependsOn: readonly string[];
  /** Where it listens, for people: `127.0.0.1:5432` or a URL. */
  readonly address: string;
  readonly launch: (toolchain: Toolchain) => Launch;
  /** Whether it answers now. A rejection counts as no. */
  readonly isHealthy: () => Promise<boolean>;
  /** The signal that asks it to end in good order; SIGTERM when absent. */
  readonly stopSignal?: NodeJS.Signals;
  /** Milliseconds it may take to end before it is killed; 10,000 when absent. */
  readonly stopTimeoutMs?: number;
}

export interface Task {
  readonly kind: 'task';
  readonly name: string;
  readonly dependsOn: readonly string[];
  /** Idempotent: it runs at every `up`. */
  readonly run: (toolchain: Toolchain) => Promise<void>;
}

export type Unit = Service | Task;

export function isService(unit: Unit): unit is Service {
  return unit.kind === 'service';
}
