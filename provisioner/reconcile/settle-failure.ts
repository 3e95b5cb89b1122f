import { LeaseLostError, PermanentError } from '../../tenancy/errors.ts';
import { markFailed } from '../store/mark-failed.ts';
import { releaseLease } from '../store/release-lease.ts';
import { scheduleRetry } from '../store/schedule-retry.ts';
import type { LeasedTenant } from '../store/take-lease.ts';
import { backoffMs, MAX_ATTEMPTS } from './backoff.ts';
import { describe } from './journal.ts';
import type { Reconciled, Reconciler } from './reconciler.ts';

/**
 * What becomes of a tenant whose attempt threw: handed back, tried again later, or failed.
 * @param signal the attempt's own: aborted alone, it means that the lease was lost
 */
export async function settleFailure(
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
