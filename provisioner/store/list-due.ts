import { type TenantId, tenantIdSchema } from '../../tenancy/ids.ts';
import type { Queryable } from './transaction.ts';

export interface DueTenant {
  readonly id: TenantId;
  /** Grows with every lease taken, so a wake-up named after it can't be mistaken for an earlier one. */
  readonly leaseNumber: string;
}

/**
 * Tenants whose wish isn't real yet, whose next attempt is due and whom nobody holds; the longest waiting first. A new
 * wish is left to its own wake-up for two seconds.
 */
export async function listDueTenants(db: Queryable, limit: number): Promise<DueTenant[]> {
  const { rows } = await db.query<{ id: string; lease_number: string }>(
    `SELECT id, lease_number FROM tenants
     WHERE observed_generation < generation AND state <> 'failed' AND retry_at <= clock_timestamp()
       AND (attempts > 0 OR retry_at <= clock_timestamp() - interval '2 seconds')
       AND (lease_expires_at IS NULL OR lease_expires_at <= clock_timestamp())
     ORDER BY retry_at LIMIT $1`,
    [limit],
  );
  return rows.map((row) => ({ id: tenantIdSchema.parse(row.id), leaseNumber: row.lease_number }));
}
