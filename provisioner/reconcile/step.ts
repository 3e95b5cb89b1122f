/** What a provisioning step is; the catalogue lists them in order. */
import type { Fence } from '../../tenancy/fence.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import type { ProviderCalls } from '../audit/provider-calls.ts';
import type { Realised } from '../store/mark-ready.ts';

export interface StepContext {
  readonly spec: TenantSpec;
  readonly fence: Fence;
  /** The tenant's last promoted Pulumi state, compressed; null before the first run. */
  readonly stackState: Buffer | null;
  /** The last migration of the tenant's schema; null as long as it never had one. */
  readonly schemaVersion: string | null;
  /** Takes a stack state that can't be read away from the tenant, and keeps it for a person to look into. */
  readonly setAsideState: (reason: string) => Promise<void>;
  /** Whether the lease is held for certain, by this process' own monotonic clock. */
  readonly leaseIsHeld: () => boolean;
  /** Where calls to providers are counted, for the audit log. */
  readonly calls: ProviderCalls;
  /** Aborts when the lease is lost or the worker stops: end at once, change nothing more. */
  readonly signal: AbortSignal;
}

/** What it takes to look at a tenant without changing anything. */
export type Look = Pick<StepContext, 'spec' | 'stackState' | 'calls' | 'signal'>;

export interface Step {
  /** Names the step in the journal; never changes once released. */
  readonly name: string;
  /**
   * Makes its part of the spec real, or finds that it is. Can be killed at any instruction and run again.
   * @returns what the tenant's row should remember of it
   * @throws PermanentError when no retry can help; any other error is tried again
   */
  apply(context: StepContext): Promise<Partial<Realised>>;
  /**
   * Removes its part of the tenant, and returns once it is gone: only what is proved to be the tenant's. Can be killed at
   * any instruction and run again.
   * @throws PermanentError when no retry can help; any other error is tried again
   */
  undo(context: StepContext): Promise<void>;
  /** What is still missing or wrong, as sentences; empty when the step's part of the spec exists. */
  verify(look: Look): Promise<readonly string[]>;
  /**
   * What other hands changed since the step was last applied, as sentences, as far as `verify` does not see it. Needs a
   * stack state that is up to date: only of a tenant that nothing is being done to.
   */
  compare?(look: Look): Promise<readonly string[]>;
}

/** Stages run one after another, for an erasure from the last to the first; the steps of a stage run side by side. */
export type Catalogue = readonly (readonly Step[])[];
