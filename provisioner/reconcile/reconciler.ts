/** What a reconciliation needs of its worker, and what can come of it. */
import type { Pool } from 'pg';
import type { Logger } from 'winston';
import type { Cell } from '../../tenancy/tenant-spec.ts';
import type { LeaseTaken } from '../store/take-lease.ts';
import type { Catalogue } from './step.ts';

export interface Reconciler {
  readonly db: Pool;
  readonly cell: Cell;
  readonly catalogue: Catalogue;
  /** Names this worker in leases. */
  readonly holder: string;
  /** Aborts when the worker stops: what is under way is handed back. */
  readonly stopping: AbortSignal;
  readonly logger: Logger;
}

export type Reconciled =
  | { readonly result: 'ready' }
  | { readonly result: 'erased' }
  | { readonly result: 'failed'; readonly reason: string }
  | { readonly result: 'retrying'; readonly reason: string; readonly delayMs: number }
  /** The worker stops, or another one holds a newer lease. */
  | { readonly result: 'handed back' }
  | Exclude<LeaseTaken, { readonly result: 'leased' }>;
