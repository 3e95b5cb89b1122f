/** What exists in PostgreSQL and Kubernetes is what the rows say: nothing missing, no twin, nothing that nobody owns. */
import type { Stage } from './stage.ts';
import type { StagedTenant } from './tenants-of.ts';
import { whatExists } from './what-exists.ts';

export async function existenceProblems(stage: Stage, tenants: readonly StagedTenant[]): Promise<string[]> {
  const now = await whatExists(stage);
  const { before } = stage;
  return [
    ...compare('schema', now.schemas, before?.schemas, tenants, ({ spec }) => spec.schema),
    ...compare('role', now.roles, before?.roles, tenants, ({ spec }) => spec.role),
    ...compare('namespace', now.namespaces, before?.namespaces, tenants, ({ spec }) => spec.namespace),
  ];
}

/** @param before what was there when the case began; undefined where others use the engines too */
function compare(
  kind: string,
  existing: ReadonlySet<string>,
  before: ReadonlySet<string> | undefined,
  tenants: readonly StagedTenant[],
  nameOf: (tenant: StagedTenant) => string,
): string[] {
  const isThere = (tenant: StagedTenant) => existing.has(nameOf(tenant));
  const missing = tenants.filter(
    (tenant) => ['ready', 'suspended'].includes(tenant.state) && !isThere(tenant),
  );
  const undead = tenants.filter((tenant) => tenant.state === 'deleted' && isThere(tenant));
  const owned = new Set(tenants.map(nameOf));
  const orphans = [...existing].filter(
    (name) => before !== undefined && !before.has(name) && !owned.has(name),
  );
  return [
    ...missing.map((tenant) => `${kind} ${nameOf(tenant)} of a ${tenant.state} tenant is missing`),
    ...undead.map((tenant) => `${kind} ${nameOf(tenant)} of a deleted tenant exists`),
    ...orphans.map((name) => `${kind} ${name} belongs to nobody`),
  ];
}
