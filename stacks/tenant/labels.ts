/** The labels by which an object proves whose it is. */
import { PLAN_LABEL, TENANT_LABEL } from '../../tenancy/names.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';

/** The labels of every object of a tenant: its id and its plan, and nothing of the customer. */
export function tenantLabels(spec: TenantSpec): Record<string, string> {
  return { [TENANT_LABEL]: spec.id, [PLAN_LABEL]: spec.plan };
}
