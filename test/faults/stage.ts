/** What one fault case has to itself: databases, queues, workers, and a record of what was accepted. */
import type { ClusterConnection } from '../../provisioner/kubernetes/connection.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import type { TestDatabase } from '../support/databases.ts';
import type { ProvisionerProcess } from '../support/provisioner-process.ts';
import type { TestQueue } from '../support/queue.ts';
import type { FailpointInput } from './failpoint-schema.ts';
import type { FenceWatch } from './fence-watch.ts';
import type { Random } from './random.ts';
import type { Existing } from './what-exists.ts';

export interface Stage {
  readonly control: TestDatabase;
  readonly tenants: TestDatabase;
  readonly queue: TestQueue;
  readonly cluster: ClusterConnection;
  readonly runsDirectory: string;
  readonly fences: FenceWatch;
  readonly random: Random;
  /** Every signup accepted so far, by slug. */
  readonly accepted: Map<string, TenantId>;
  /** The tenants whose canary was written. */
  readonly canaries: Set<TenantId>;
  /** What the engines held when the stage was opened; undefined where others use them too. */
  readonly before: Existing | undefined;
  /** What the case wants to say beside its outcome. */
  readonly notes: string[];
  /** Workers started and not ended yet. */
  readonly workers: readonly ProvisionerProcess[];
  /** Workers that ended by themselves, with the ends of their logs. */
  readonly crashes: readonly string[];
  /** Accepts signups the way the API does; returns their ids. */
  signUp(count: number): Promise<TenantId[]>;
  signUpOne(): Promise<TenantId>;
  startWorker(options?: WorkerOptions): Promise<ProvisionerProcess>;
  /** Runs when the stage is closed, after the workers have ended; the last one first. */
  onClose(work: () => Promise<unknown>): void;
  close(): Promise<void>;
}

export interface WorkerOptions {
  readonly failpoint?: FailpointInput;
  readonly environment?: NodeJS.ProcessEnv;
  /** A module to load before the worker; a failpoint brings its own. */
  readonly preload?: string;
}
