/** How a tenant's row becomes what the API shows. */
import { tenantIdSchema } from '../../tenancy/ids.ts';
import { tenantNames } from '../../tenancy/names.ts';
import { overridesSchema, planNameSchema } from '../../tenancy/plans.ts';
import { tenantStateSchema } from '../../tenancy/states.ts';
import type { TenantView } from '../../tenancy/tenant-view.ts';

/** The columns that toTenantView needs. */
export const TENANT_COLUMNS = `id, slug, company, plan, state, reason, created_at, ready_at,
  overrides, generation, observed_generation, erase_after, legal_hold`;

export interface TenantRow {
  readonly id: string;
  readonly slug: string;
  readonly company: string;
  readonly plan: string;
  readonly state: string;
  readonly reason: string | null;
  readonly created_at: Date;
  readonly ready_at: Date | null;
  readonly overrides: unknown;
  readonly generation: number;
  readonly observed_generation: number;
  readonly erase_after: Date | null;
  readonly legal_hold: boolean;
}

export function toTenantView(row: TenantRow): TenantView {
  const id = tenantIdSchema.parse(row.id);
  return {
    id,
    slug: row.slug,
    company: row.company,
    plan: planNameSchema.parse(row.plan),
    state: tenantStateSchema.parse(row.state),
    reason: row.reason,
    ...tenantNames(id),
    createdAt: row.created_at.toISOString(),
    readyAt: row.ready_at?.toISOString() ?? null,
    overrides: overridesSchema.parse(row.overrides),
    generation: row.generation,
    observedGeneration: row.observed_generation,
    eraseAfter: row.erase_after?.toISOString() ?? null,
    legalHold: row.legal_hold,
  };
}
