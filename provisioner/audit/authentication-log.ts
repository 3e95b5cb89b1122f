/**
 * Authentications in the audit log: counted, and written every few seconds as one entry for each caller and address, so
 * that a flood of requests is a number and not a flood of entries.
 */
import type { Pool } from 'pg';
import type { Logger } from 'winston';
import { appendAudit } from '../store/append-audit.ts';
import { withTransaction } from '../store/transaction.ts';

export interface Authentication {
  readonly outcome: 'accepted' | 'refused';
  /** Who it was; `anonymous` when refused. */
  readonly actor: string;
  readonly address: string;
  /** Why it was refused. */
  readonly reason?: string;
  readonly requestId: string;
}

export interface AuthenticationLog {
  note(authentication: Authentication): void;
  /** Writes what was noted and not written yet; when that fails it stays noted. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Counted extends Authentication {
  count: number;
}

const WRITE_MS = 10_000;
/** So many different ones are told apart between two writes; the rest is counted together. */
const MOST_KINDS = 500;

export function startAuthenticationLog(options: { db: Pool; logger: Logger }): AuthenticationLog {
  const counts = new Map<string, Counted>();
  let writing = Promise.resolve();
  const flush = () => {
    writing = writing
      .then(() => writeCounts(options.db, counts))
      .catch((error) => {
        options.logger.error('authentications wait to be audited', { error: String(error) });
      });
    return writing;
  };
  const timer = setInterval(flush, WRITE_MS);
  return {
    note: (authentication) => count(counts, authentication),
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

function count(counts: Map<string, Counted>, authentication: Authentication): void {
  const { outcome, actor, address, reason } = authentication;
  const key = JSON.stringify([outcome, actor, address, reason]);
  if (!counts.has(key) && counts.size >= MOST_KINDS && address !== OTHERS) {
    count(counts, { ...authentication, address: OTHERS });
    return;
  }
  const counted = counts.get(key) ?? { ...authentication, count: 0 };
  counted.count += 1;
  counts.set(key, counted);
}

const OTHERS = 'other addresses';

/** All or, when the database can't, none: then they are still counted at the next attempt. */
async function writeCounts(db: Pool, counts: Map<string, Counted>): Promise<void> {
  const written = [...counts].map(([key, counted]) => [key, { ...counted }] as const);
  if (written.length === 0) return;
  await withTransaction(db, async (client) => {
    for (const [, { outcome, actor, requestId, address, reason, count }] of written) {
      const detail = { address, count, ...(reason === undefined ? {} : { reason }) };
      await appendAudit(client, {
        actor,
        action: `authentication.${outcome}`,
        tenantId: null,
        requestId,
        detail,
      });
    }
  });
  for (const [key, { count }] of written) {
    const counted = counts.get(key);
    if (counted === undefined || counted.count === count) counts.delete(key);
    else counted.count -= count;
  }
}
