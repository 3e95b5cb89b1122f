import type { Pool } from 'pg';
import { newestAuditEntry } from '../store/audit-entries.ts';
import { withTransaction } from '../store/transaction.ts';

/** Writers wait no longer than this for us; it is far below PostgreSQL's deadlock check. */
const LOCK_TIMEOUT_MS = 100;

/**
 * The greatest id below which no entry can appear any more. Ids are given before their transactions commit, so one moment
 * without a writer is waited for: the lock is held only while the newest id is read.
 * @throws Error when some transaction writes entries for longer than 100 ms
 */
export function settledEntries(db: Pool): Promise<number> {
  return withTransaction(db, async (client) => {
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query('LOCK TABLE audit IN SHARE MODE');
    return newestAuditEntry(client);
  });
}
