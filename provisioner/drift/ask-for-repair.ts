import type { OperationId, TenantId } from '../../tenancy/ids.ts';
import { appendAudit } from '../store/append-audit.ts';
import { writeWish } from '../store/change-wish.ts';
import { noteRepair } from '../store/drift-findings.ts';
import type { Queryable } from '../store/transaction.ts';

const ACTOR = 'drift';

/**
 * Has the tenant's wish made real again: it goes the way of every other operation. Run it in the transaction that
 * locked the tenant's row.
 */
export async function askForRepair(
  db: Queryable,
  tenantId: TenantId,
  problems: readonly string[],
): Promise<OperationId> {
  const { operationId, generation } = await writeWish(db, tenantId, { wish: 'repair', by: ACTOR });
  await noteRepair(db, tenantId, operationId);
  const detail = { operationId, generation, problems };
  await appendAudit(db, { actor: ACTOR, action: 'tenant.repair', tenantId, requestId: operationId, detail });
  return operationId;
}
