import { ProviderCalls } from '../audit/provider-calls.ts';
import { appendAudit } from '../store/append-audit.ts';
import { beginScans, finishScans, requestScheduledScan, type ScanCounts } from '../store/drift-scans.ts';
import { nextSettledTenant, type SettledTenant } from '../store/settled-tenants.ts';
import { withTransaction } from '../store/transaction.ts';
import { scanOrphans } from './scan-orphans.ts';
import { scanTenant } from './scan-tenant.ts';
import type { Scanner } from './scanner.ts';

/** Tenants looked at side by side: looking must leave room for working. */
export const SCAN_LANES = 2;

/** Held to the end of the scan, by a transaction that does nothing else. */
const ONE_AT_A_TIME = `SELECT pg_try_advisory_xact_lock(hashtext('landlord drift scan')) AS held`;

export type ScanRun =
  | ({ readonly result: 'scanned' } & ScanCounts)
  /** Nobody asked, and the schedule does not want one yet. */
  | { readonly result: 'nothing to do' }
  /** Another worker scans. */
  | { readonly result: 'busy' };

/**
 * Looks at all settled tenants and for orphans, when that was asked for or is due.
 * @param intervalMinutes between scans of the schedule; 0 for none
 * @throws the reason of `stop` when the worker stops; then the requests are left to the next one
 */
export async function runScan(
  scanner: Scanner,
  intervalMinutes: number,
  stop: AbortSignal,
): Promise<ScanRun> {
  const { db } = scanner;
  return withTransaction(db, async (client) => {
    const { rows } = await client.query<{ held: boolean }>(ONE_AT_A_TIME);
    if (!rows[0]?.held) return { result: 'busy' };
    if (intervalMinutes > 0) await requestScheduledScan(db, intervalMinutes);
    const ids = await beginScans(db);
    if (ids.length === 0) return { result: 'nothing to do' };
    const calls = new ProviderCalls();
    const counts = await scan(scanner, calls, stop);
    await finishScans(db, ids, counts);
    await appendAudit(db, {
      actor: `worker:${scanner.holder}`,
      action: 'drift.scan',
      tenantId: null,
      requestId: `drift-scan-${ids[0]}`,
      detail: { scans: ids, policy: scanner.policy, ...counts, calls: calls.list() },
    });
    return { result: 'scanned', ...counts };
  });
}

async function scan(scanner: Scanner, calls: ProviderCalls, stop: AbortSignal): Promise<ScanCounts> {
  const counts = { tenants: 0, drifted: 0, unseen: 0 };
  const tenants = settledTenants(scanner, stop);
  const lane = async () => {
    for await (const tenant of tenants) {
      const result = await look(scanner, tenant, calls, stop);
      if (result === 'sound' || result === 'drifted') counts.tenants += 1;
      if (result === 'drifted' || result === 'unseen') counts[result] += 1;
    }
  };
  const lanes = Array.from({ length: SCAN_LANES }, lane);
  // None is left running unattended when another one throws.
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
  counts.unseen += await scanOrphans(scanner, calls);
  return counts;
}

/** Shared by all lanes: each takes the next one. */
async function* settledTenants({ db }: Scanner, stop: AbortSignal): AsyncGenerator<SettledTenant> {
  let after = '';
  for (;;) {
    stop.throwIfAborted();
    const tenant = await nextSettledTenant(db, after);
    if (tenant === undefined) return;
    after = tenant.wish.id;
    yield tenant;
  }
}

/** One tenant that can't be looked at does not keep the others from it. */
async function look(
  scanner: Scanner,
  tenant: SettledTenant,
  calls: ProviderCalls,
  signal: AbortSignal,
): Promise<'sound' | 'drifted' | 'overtaken' | 'unseen'> {
  const { logger } = scanner;
  const tenantId = tenant.wish.id;
  try {
    const scanned = await scanTenant(scanner, tenant, { calls, signal });
    if (scanned.result === 'drifted') {
      logger.warn('tenant drifted', { tenantId, problems: scanned.problems, repairId: scanned.repairId });
    }
    return scanned.result;
  } catch (error) {
    logger.warn('tenant not looked at', { tenantId, error: String(error) });
    return 'unseen';
  }
}
