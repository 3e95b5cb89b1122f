import type { Pool } from 'pg';
import type { TenantId } from '../../tenancy/ids.ts';
import { appendAudit } from '../store/append-audit.ts';
import { approveErasure, type ErasureApproved } from '../store/approve-erasure.ts';
import { withTransaction } from '../store/transaction.ts';

/** Takes a second person's approval of an erasure, with its audit row in one transaction. */
export async function acceptApproval(
  db: Pool,
  id: TenantId,
  by: string,
  requestId: string,
): Promise<ErasureApproved> {
  return withTransaction(db, async (client) => {
    const approved = await approveErasure(client, id, by);
    if (approved.result === 'approved') {
      await appendAudit(client, { actor: by, action: 'tenant.approve-erasure', tenantId: id, requestId });
    }
    return approved;
  });
}
