import type { Fence } from '../../tenancy/fence.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import { FENCE_HOLDS, fenceParameters, requireFenced } from './fenced.ts';
import type { Queryable } from './transaction.ts';

/** @throws LeaseLostError when the lease already ended */
export async function renewLease(
  db: Queryable,
  id: TenantId,
  fence: Fence,
  durationMs: number,
): Promise<void> {
  const { rowCount } = await db.query(
    `UPDATE tenants SET lease_expires_at = clock_timestamp() + $4 * interval '1 millisecond'
     WHERE ${FENCE_HOLDS}`,
    [...fenceParameters(id, fence), durationMs],
  );
  requireFenced(rowCount, id, fence);
}
