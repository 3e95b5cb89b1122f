/** Everything a tenant should be, as one immutable value computed purely from its row. */
import type { TenantId } from './ids.ts';
import { type TenantNames, tenantNames } from './names.ts';
import { effectiveLimits, type Limits, type Overrides, type PlanName } from './plans.ts';
import type { Target } from './states.ts';

/** Where a cell's shared services are; the same for every tenant of the cell. */
export interface Cell {
  /** Address that workloads in the cluster use to reach the tenants' database (the pooler). */
  readonly database: { readonly host: string; readonly port: number; readonly name: string };
  /** Namespace whose pods (the gateway) may reach a tenant's pods. */
  readonly gatewayNamespace: string;
  /** Namespace of the pooler, which a tenant's pods may reach. */
  readonly poolerNamespace: string;
}

export interface TenantSpec extends TenantNames {
  readonly id: TenantId;
  readonly plan: PlanName;
  readonly limits: Limits;
  /** `suspended`: no logins, no pods, all data kept. `erased`: nothing of it may exist. */
  readonly target: Target;
  readonly cell: Cell;
}

/** What tenantSpec reads of a tenant's row. */
export interface TenantWish {
  readonly id: TenantId;
  readonly plan: PlanName;
  readonly overrides: Overrides;
  /** Default: active. */
  readonly target?: Target;
}

/** The spec of a tenant. Pure: the same wish and cell always give the same spec. */
export function tenantSpec(wish: TenantWish, cell: Cell): TenantSpec {
  return {
    ...tenantNames(wish.id),
    id: wish.id,
    plan: wish.plan,
    target: wish.target ?? 'active',
    limits: effectiveLimits(wish.plan, wish.overrides),
    cell,
  };
}
