/** Makes one tenant's wish real: lease, steps, verification, ready. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'winston';
import { LeaseLostError, PermanentError } from '../../tenancy/errors.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import { type Cell, tenantSpec } from '../../tenancy/tenant-spec.ts';
import { auditAttempt } from '../audit/audit-attempt.ts';
import { ProviderCalls } from '../audit/provider-calls.ts';
import { markErased } from '../store/mark-erased.ts';
import { markFailed } from '../store/mark-failed.ts';
import { markReady, type Realised } from '../store/mark-ready.ts';
import { releaseLease } from '../store/release-lease.ts';
import { scheduleRetry } from '../store/schedule-retry.ts';
import { setAsideState } from '../store/set-aside-state.ts';
import { type LeasedTenant, type LeaseTaken, takeLease } from '../store/take-lease.ts';
import { backoffMs, MAX_ATTEMPTS } from './backoff.ts';
import { describe, journalled } from './journal.ts';
import { keepLease, LEASE_MS } from './lease-keeper.ts';
import type { Catalogue, StepContext } from './step.ts';

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

/** How long what was applied may take to show, such as a quota's `status.hard`. */
const VERIFY_MS = 15_000;
const VERIFY_PAUSES_MS = { first: 10, longest: 500 };

/** Takes the tenant's lease when there is work and does all of it. Expected outcomes are values. */
export async function reconcileTenant(reconciler: Reconciler, id: TenantId): Promise<Reconciled> {
  const takenAt = performance.now();
  const taken = await takeLease(reconciler.db, id, reconciler.holder, LEASE_MS);
  if (taken.result !== 'leased') return taken;
  const { tenant } = taken;
  const keeper = keepLease(
    reconciler.db,
    { tenantId: id, fence: tenant.fence, takenAt },
    reconciler.stopping,
  );
  const calls = new ProviderCalls();
  try {
    const outcome = await converge(reconciler, tenant, {
      spec: tenantSpec(tenant.wish, reconciler.cell),
      fence: tenant.fence,
      stackState: tenant.stackState,
      schemaVersion: tenant.schemaVersion,
      setAsideState: (reason) => keepDamaged(reconciler, tenant, reason),
      leaseIsHeld: keeper.isHeld,
      calls,
      signal: keeper.signal,
    }).catch((error) => settle(reconciler, tenant, keeper.signal, error));
    await auditAttempt(reconciler, { tenant, outcome, calls });
    if (outcome.result === 'ready' || outcome.result === 'erased') {
      reconciler.logger.info(`tenant ${outcome.result}`, { tenantId: id, attempt: tenant.attempts + 1 });
    }
    return outcome;
  } finally {
    keeper.stop();
  }
}

async function keepDamaged({ db, logger }: Reconciler, tenant: LeasedTenant, reason: string): Promise<void> {
  logger.error('stack state set aside', { tenantId: tenant.wish.id, reason });
  await setAsideState(db, tenant, reason);
}

async function converge(
  reconciler: Reconciler,
  tenant: LeasedTenant,
  context: StepContext,
): Promise<Reconciled> {
  const { db } = reconciler;
  if (context.spec.target === 'erased') {
    await erase(reconciler, tenant, context);
    await markErased(db, tenant);
    return { result: 'erased' };
  }
  await markReady(db, tenant, await realise(reconciler, tenant, context));
  return { result: 'ready' };
}

async function erase(
  { db, catalogue }: Reconciler,
  tenant: LeasedTenant,
  context: StepContext,
): Promise<void> {
  for (const stage of catalogue.toReversed()) {
    await allSettled(
      stage.map((step) => journalled(db, tenant, `erase ${step.name}`, () => step.undo(context))),
    );
  }
}

async function realise(
  { db, catalogue }: Reconciler,
  tenant: LeasedTenant,
  context: StepContext,
): Promise<Realised> {
  let realised: Partial<Realised> = {};
  for (const stage of catalogue) {
    const applied = await allSettled(
      stage.map((step) => journalled(db, tenant, step.name, () => step.apply(context))),
    );
    realised = Object.assign({}, realised, ...applied);
  }
  await journalled(db, tenant, 'verify', () => verifyUntilSound(catalogue, context));
  const { schemaVersion, stackState } = realised;
  if (schemaVersion === undefined || stackState === undefined) {
    throw new PermanentError('the catalogue of steps makes no schema or no stack: mend the catalogue');
  }
  return { schemaVersion, stackState };
}

/** All results, or the first error once every one has ended: no step is left running unattended. */
async function allSettled<Result>(running: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(running);
  return Promise.all(running);
}

async function verifyUntilSound(catalogue: Catalogue, context: StepContext): Promise<void> {
  const deadline = performance.now() + VERIFY_MS;
  let pause = VERIFY_PAUSES_MS.first;
  for (;;) {
    const problems = await Promise.all(catalogue.flat().map((step) => step.verify(context)));
    if (problems.flat().length === 0) return;
    if (performance.now() > deadline) throw new Error(problems.flat().join('; '));
    await delay(pause, undefined, { signal: context.signal });
    pause = Math.min(pause * 2, VERIFY_PAUSES_MS.longest);
  }
}

/** What becomes of a tenant whose attempt threw. */
async function settle(
  { db, logger, stopping }: Reconciler,
  tenant: LeasedTenant,
  signal: AbortSignal,
  error: unknown,
): Promise<Reconciled> {
  const { id } = tenant.wish;
  if (error instanceof LeaseLostError || (signal.aborted && !stopping.aborted)) {
    logger.warn('lease lost', { tenantId: id, error: describe(error) });
    return { result: 'handed back' };
  }
  if (stopping.aborted) {
    await releaseLease(db, id, tenant.fence);
    return { result: 'handed back' };
  }
  const reason = describe(error);
  const attempt = tenant.attempts + 1;
  if (error instanceof PermanentError || attempt >= MAX_ATTEMPTS) {
    logger.error('tenant failed', { tenantId: id, reason });
    await markFailed(db, tenant, reason);
    return { result: 'failed', reason };
  }
  const delayMs = backoffMs(attempt);
  logger.warn('attempt failed', { tenantId: id, attempt, reason, delayMs });
  await scheduleRetry(db, tenant, { reason: `attempt ${attempt} failed, trying again: ${reason}`, delayMs });
  return { result: 'retrying', reason, delayMs };
}
