import type { Pool } from 'pg';
import type { Logger } from 'winston';
import { appendAudit } from '../store/append-audit.ts';
import type { LeasedTenant } from '../store/take-lease.ts';
import type { ProviderCalls } from './provider-calls.ts';

export interface Attempt {
  readonly tenant: LeasedTenant;
  readonly outcome: { readonly result: string; readonly reason?: string };
  readonly calls: ProviderCalls;
}

/**
 * Writes one attempt at an operation to the audit log: what came of it, and what it called. That is settled by now: a log
 * that can't be written changes nothing about it, and is only reported.
 */
export async function auditAttempt(
  worker: { readonly db: Pool; readonly holder: string; readonly logger: Logger },
  { tenant, outcome, calls }: Attempt,
): Promise<void> {
  const { result, reason } = outcome;
  const tenantId = tenant.wish.id;
  const detail = {
    ...{ target: tenant.wish.target, attempt: tenant.attempts + 1, result },
    ...(reason === undefined ? {} : { reason }),
    calls: calls.list(),
  };
  const actor = `worker:${worker.holder}`;
  const entry = { actor, action: 'operation.attempt', tenantId, requestId: tenant.operationId, detail };
  await appendAudit(worker.db, entry).catch((error) => {
    worker.logger.error('attempt not audited', { tenantId, error: String(error) });
  });
}
