import type { Pool } from 'pg';
import type { DriftScan } from '../../tenancy/drift-view.ts';
import { appendAudit } from '../store/append-audit.ts';
import { requestScan } from '../store/drift-scans.ts';
import { withTransaction } from '../store/transaction.ts';

/** Takes a request for a drift scan, with its audit row in one transaction. A worker takes it up within seconds. */
export async function acceptScan(db: Pool, by: string, requestId: string): Promise<DriftScan> {
  return withTransaction(db, async (client) => {
    const scan = await requestScan(client, by);
    const detail = { scan: scan.id };
    await appendAudit(client, { actor: by, action: 'drift.request', tenantId: null, requestId, detail });
    return scan;
  });
}
