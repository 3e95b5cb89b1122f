/** Makes one tenant's wish real: lease, steps, verification, ready. */
import { PermanentError } from '../../tenancy/errors.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import { tenantSpec } from '../../tenancy/tenant-spec.ts';
import { auditAttempt } from '../audit/audit-attempt.ts';
import { ProviderCalls } from '../audit/provider-calls.ts';
import { markErased } from '../store/mark-erased.ts';
import { markReady } from '../store/mark-ready.ts';
import { setAsideState } from '../store/set-aside-state.ts';
import { type LeasedTenant, takeLease } from '../store/take-lease.ts';
import { MAX_ATTEMPTS } from './backoff.ts';
import { keepLease, LEASE_MS } from './lease-keeper.ts';
import type { Reconciled, Reconciler } from './reconciler.ts';
import { eraseTenant, realiseTenant } from './run-steps.ts';
import { settleFailure } from './settle-failure.ts';
import type { StepContext } from './step.ts';

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
    }).catch((error) => settleFailure(reconciler, tenant, keeper.signal, error));
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
  if (tenant.attempts >= MAX_ATTEMPTS) {
    throw new PermanentError(`${tenant.attempts} attempts ended with their worker: its log tells why`);
  }
  if (context.spec.target === 'erased') {
    await eraseTenant(reconciler, tenant, context);
    await markErased(db, tenant);
    return { result: 'erased' };
  }
  await markReady(db, tenant, await realiseTenant(reconciler, tenant, context));
  return { result: 'ready' };
}
