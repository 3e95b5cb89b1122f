/** Runs work as a journalled step: its attempt, start, end and error are in the operation's record. */
import type { Pool } from 'pg';
import { LeaseLostError } from '../../tenancy/errors.ts';
import { finishStep } from '../store/finish-step.ts';
import { startStep } from '../store/start-step.ts';
import type { LeasedTenant } from '../store/take-lease.ts';

/** @throws what the work throws, after it stands in the journal */
export async function journalled<Result>(
  db: Pool,
  tenant: LeasedTenant,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const step = { tenantId: tenant.wish.id, fence: tenant.fence, operationId: tenant.operationId, name };
  const attempt = await startStep(db, step);
  try {
    const result = await work();
    await finishStep(db, { ...step, attempt, error: null });
    return result;
  } catch (error) {
    if (!(error instanceof LeaseLostError)) {
      // The work's own error is the one to report, even when the journal can't be written any more.
      await finishStep(db, { ...step, attempt, error: describe(error) }).catch(() => undefined);
    }
    throw error;
  }
}

/** An error in the words for a journal or a tenant's reason. */
export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
