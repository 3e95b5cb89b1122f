import type { Pool } from 'pg';
import { newestAuditEntry } from '../store/audit-entries.ts';
import { withTransaction } from '../store/transaction.ts';

/** Writers wait no longer than this for us; it is far below PostgreSQL's deadlock check. */
const LOCK_TIMEOUT_MS = 100;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * The greatest id below which no entry can appear any more. Ids are given before their transactions commit, so one moment
 * without a writer is waited for: each holds the lock, shared, from before its id is given until its transaction ends (the
 * trigger sealer_waits). A lock of the table itself would get in the way of autovacuum as well.
 * @returns undefined when some transaction holds it for longer than 100 ms
 */
export async function settledEntries(db: Pool): Promise<number | undefined> {
  try {
    return await withTransaction(db, async (client) => {
      await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
      await client.query(`SELECT pg_advisory_xact_lock(hashtext('landlord audit writers'))`);
      return newestAuditEntry(client);
    });
  } catch (error) {
    if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return undefined;
    throw error;
  }
}
