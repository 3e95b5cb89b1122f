import type { Fence } from '../../tenancy/fence.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import { FENCE_HOLDS, fenceParameters } from './fenced.ts';
import type { Queryable } from './transaction.ts';

/** Hands a tenant back before its work was done; does nothing when the lease has already ended. */
export async function releaseLease(db: Queryable, id: TenantId, fence: Fence): Promise<void> {
  await db.query(
    `UPDATE tenants SET lease_holder = NULL, lease_expires_at = NULL WHERE ${FENCE_HOLDS}`,
    fenceParameters(id, fence),
  );
}
