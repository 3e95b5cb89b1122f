import { type TenantId, tenantIdSchema } from '../../tenancy/ids.ts';
import { overridesSchema, planNameSchema } from '../../tenancy/plans.ts';
import { targetSchema } from '../../tenancy/states.ts';
import type { TenantWish } from '../../tenancy/tenant-spec.ts';
import { TARGET } from './take-lease.ts';
import type { Queryable } from './transaction.ts';

/** A tenant whose wish is real and to which nothing is being done. */
export interface SettledTenant {
  readonly wish: TenantWish & { readonly id: TenantId };
  readonly generation: number;
  /** The number of its last lease: when it has grown, somebody worked on the tenant since. */
  readonly leaseNumber: string;
  readonly stackState: Buffer | null;
}

/**
 * Holds for a tenant that should be as its spec says: not failed, not on its way out, its wish real, so that nobody can
 * hold its lease. `deleting` is the grace, in which a tenant is kept suspended.
 */
const SETTLED = `observed_generation = generation AND wanted <> 'erased'
  AND state IN ('ready', 'suspended', 'deleting')`;

/** The settled tenant whose id comes next after `after`, or undefined when there is none. */
export async function nextSettledTenant(db: Queryable, after: string): Promise<SettledTenant | undefined> {
  const { rows } = await db.query(
    `SELECT id, plan, overrides, ${TARGET} AS target, generation, lease_number, stack_state
     FROM tenants WHERE id > $1 AND ${SETTLED} ORDER BY id LIMIT 1`,
    [after],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    wish: {
      id: tenantIdSchema.parse(row.id),
      plan: planNameSchema.parse(row.plan),
      overrides: overridesSchema.parse(row.overrides),
      target: targetSchema.parse(row.target),
    },
    generation: row.generation,
    leaseNumber: row.lease_number,
    stackState: row.stack_state,
  };
}

/** Locks the tenant's row when nobody has touched the tenant since it was read. Run it in a transaction. */
export async function lockWhenStillSettled(db: Queryable, tenant: SettledTenant): Promise<boolean> {
  const { rowCount } = await db.query(
    `SELECT FROM tenants WHERE id = $1 AND generation = $2 AND lease_number = $3 AND ${SETTLED} FOR UPDATE`,
    [tenant.wish.id, tenant.generation, tenant.leaseNumber],
  );
  return rowCount === 1;
}
