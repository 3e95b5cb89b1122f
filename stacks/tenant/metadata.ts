/** The metadata of an object inside the tenant's namespace. */
import type { Output } from '@pulumi/pulumi';
import { tenantLabels } from './labels.ts';
import type { Home } from './namespace.ts';

export interface TenantMetadata {
  readonly name: string;
  readonly namespace: Output<string>;
  readonly labels: Record<string, string>;
}

/** A name of our own (never one Pulumi makes up), the tenant's namespace and the labels that prove ownership. */
export function tenantMetadata(home: Home, name: string): TenantMetadata {
  return { name, namespace: home.namespace, labels: tenantLabels(home.spec) };
}
