import type { ClientBase } from 'pg';
import { LeaseLostError } from '../../tenancy/errors.ts';
import type { Fence } from '../../tenancy/fence.ts';
import type { TenantId } from '../../tenancy/ids.ts';

/**
 * Raises a tenant's fence in this database. First statement of every transaction that changes the tenant: the
 * row stays locked to its end, so two workers never interleave and the older one is turned away.
 * @throws LeaseLostError when a higher fence was seen
 */
export async function raiseFence(client: ClientBase, tenant: TenantId, fence: Fence): Promise<void> {
  const { rowCount } = await client.query(
    `INSERT INTO landlord.fences AS seen (tenant_id, epoch, number) VALUES ($1, $2, $3)
     ON CONFLICT (tenant_id) DO UPDATE
       SET epoch = excluded.epoch, number = excluded.number, raised_at = now()
       WHERE (seen.epoch, seen.number) <= (excluded.epoch, excluded.number)`,
    [tenant, fence.epoch, fence.number],
  );
  if (rowCount === 1) return;
  throw new LeaseLostError(
    `the tenants' database has seen a later fence of ${tenant} than (${fence.epoch}, ${fence.number}): ` +
      'another worker holds its lease',
  );
}
