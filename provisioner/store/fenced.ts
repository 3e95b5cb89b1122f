/** The fence as it stands in every statement that a lease's holder sends. */
import { LeaseLostError } from '../../tenancy/errors.ts';
import type { Fence } from '../../tenancy/fence.ts';
import type { TenantId } from '../../tenancy/ids.ts';

/** Holds only for the current lease; its parameters are `$1` to `$3`, see fenceParameters. */
export const FENCE_HOLDS = `
  tenants.id = $1 AND tenants.lease_epoch = $2 AND tenants.lease_number = $3
  AND tenants.lease_expires_at > clock_timestamp()
  AND tenants.lease_epoch = (SELECT epoch FROM control_epoch)`;

export function fenceParameters(id: TenantId, fence: Fence): [TenantId, number, number] {
  return [id, fence.epoch, fence.number];
}

/** @throws LeaseLostError when a fenced statement changed nothing */
export function requireFenced(rowCount: number | null, id: TenantId, fence: Fence): void {
  if (rowCount !== null && rowCount > 0) return;
  throw new LeaseLostError(
    `the lease on ${id} with fence (${fence.epoch}, ${fence.number}) has ended: another worker may hold it`,
  );
}
