import type { Pool } from 'pg';
import type { TenantId } from '../../tenancy/ids.ts';
import { appendAudit } from '../store/append-audit.ts';
import { type LegalHoldSet, setLegalHold } from '../store/set-legal-hold.ts';
import { withTransaction } from '../store/transaction.ts';

export interface LegalHoldChange {
  readonly isHeld: boolean;
  readonly reason: string;
  readonly by: string;
  readonly requestId: string;
}

/** Puts a tenant under legal hold or releases it, with the audit row in one transaction. */
export async function acceptLegalHold(
  db: Pool,
  id: TenantId,
  change: LegalHoldChange,
): Promise<LegalHoldSet> {
  const { isHeld, reason, by, requestId } = change;
  return withTransaction(db, async (client) => {
    const set = await setLegalHold(client, id, isHeld);
    if (set.result === 'set') {
      const action = isHeld ? 'tenant.legal-hold' : 'tenant.legal-release';
      const detail = { reason, before: set.before };
      await appendAudit(client, { actor: by, action, tenantId: id, requestId, detail });
    }
    return set;
  });
}
