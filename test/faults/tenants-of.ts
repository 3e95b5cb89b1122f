/** What the control database says of a stage's tenants, as the checks read it. */
import type { TenantId } from '../../tenancy/ids.ts';
import { tenantIdSchema } from '../../tenancy/ids.ts';
import { overridesSchema, planNameSchema } from '../../tenancy/plans.ts';
import { type TenantState, tenantStateSchema } from '../../tenancy/states.ts';
import { type TenantSpec, tenantSpec } from '../../tenancy/tenant-spec.ts';
import type { Stage } from './stage.ts';

export interface StagedTenant {
  readonly id: TenantId;
  readonly slug: string;
  readonly state: TenantState;
  readonly reason: string | null;
  /** Nothing is left to do for it, or the case holds it back by an infinite `retry_at`. */
  readonly isSettled: boolean;
  readonly spec: TenantSpec;
}

export async function tenantsOf({
  control,
  tenants,
}: Pick<Stage, 'control' | 'tenants'>): Promise<StagedTenant[]> {
  const { rows } = await control.pool.query(
    `SELECT id, slug, plan, overrides, state, reason, wanted, erase_after,
       state = 'failed' OR observed_generation = generation OR retry_at = 'infinity' AS settled
     FROM tenants ORDER BY id`,
  );
  const name = new URL(tenants.url).pathname.slice(1);
  // The verifications read nothing of the cell.
  const cell = { database: { host: '', port: 0, name }, gatewayNamespace: '', poolerNamespace: '' };
  return rows.map((row) => {
    const id = tenantIdSchema.parse(row.id);
    const inGrace = row.wanted !== 'erased' && row.erase_after !== null;
    const wish = {
      id,
      plan: planNameSchema.parse(row.plan),
      overrides: overridesSchema.parse(row.overrides),
      target: inGrace ? 'suspended' : row.wanted,
    };
    return {
      id,
      slug: row.slug,
      state: tenantStateSchema.parse(row.state),
      reason: row.reason,
      isSettled: row.settled,
      spec: tenantSpec(wish, cell),
    };
  });
}
