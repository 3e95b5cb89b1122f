import type { Pool } from 'pg';
import type { TenantId } from '../../tenancy/ids.ts';
import { appendAudit } from '../store/append-audit.ts';
import { changeWish, type WishChange, type WishChanged } from '../store/change-wish.ts';
import { withTransaction } from '../store/transaction.ts';

/** Takes a wish: operation, event, wake-up and audit row in one transaction. Its commit is acceptance. */
export async function acceptWish(
  db: Pool,
  id: TenantId,
  change: WishChange,
  requestId: string,
): Promise<WishChanged> {
  return withTransaction(db, async (client) => {
    const changed = await changeWish(client, id, change);
    if (changed.result === 'changed') {
      const action = `tenant.${change.wish}`;
      const detail = auditDetail(change, changed);
      await appendAudit(client, { actor: change.by, action, tenantId: id, requestId, detail });
    }
    return changed;
  });
}

function auditDetail(change: WishChange, changed: Extract<WishChanged, { result: 'changed' }>) {
  const { company, plan, overrides, graceHours } = change;
  const { operationId, generation, before } = changed;
  // The log outlives the tenant's erasure, so a company's name stays out of it.
  const after = { plan, overrides, graceHours, ...(company === undefined ? {} : { company: 'changed' }) };
  return { operationId, generation, before, after };
}
