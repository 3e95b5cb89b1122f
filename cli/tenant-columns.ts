/** How tenants look in a table. */
import type { TenantState } from '../tenancy/states.ts';
import type { TenantView } from '../tenancy/tenant-view.ts';
import type { Column } from './table.ts';
import type { Style } from './terminal.ts';

const STATE_STYLE: Readonly<Record<TenantState, Style>> = {
  requested: 'cyan',
  provisioning: 'yellow',
  ready: 'green',
  updating: 'yellow',
  suspended: 'gray',
  failed: 'red',
  deleting: 'magenta',
  deleted: 'gray',
};

export const tenantColumns: readonly Column<TenantView>[] = [
  { header: 'TENANT', value: (tenant) => tenant.slug },
  { header: 'PLAN', value: (tenant) => tenant.plan },
  { header: 'STATE', value: (tenant) => tenant.state, style: (tenant) => stateStyle(tenant.state) },
  { header: 'SECONDS', value: secondsToReady, align: 'right' },
  { header: 'NAMESPACE', value: (tenant) => tenant.namespace },
  { header: 'SCHEMA', value: (tenant) => tenant.schema },
  { header: 'REASON', value: (tenant) => tenant.reason ?? '' },
];

export function stateStyle(state: TenantState): Style {
  return STATE_STYLE[state];
}

/** Seconds from acceptance to ready, with two decimals; empty as long as the tenant is not ready. */
export function secondsToReady(tenant: TenantView): string {
  if (tenant.readyAt === null) return '';
  return ((Date.parse(tenant.readyAt) - Date.parse(tenant.createdAt)) / 1000).toFixed(2);
}
