/** The tenant's namespace, under the strictest of the Pod Security Standards. */
import { Namespace } from '@pulumi/kubernetes/core/v1/namespace.js';
import type { Output } from '@pulumi/pulumi';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { tenantLabels } from './labels.ts';

/** Where the tenant's other objects go: what they need to be made after the namespace, and in it. */
export interface Home {
  readonly spec: TenantSpec;
  readonly namespace: Output<string>;
}

/**
 * Registers the namespace. Pod Security admission refuses pods that break `restricted`, and says so to clients
 * and in the audit log too. Source: Kubernetes, "Enforce Pod Security Standards with Namespace Labels".
 */
export function createNamespace(spec: TenantSpec): Home {
  const metadata = { name: spec.namespace, labels: { ...tenantLabels(spec), ...podSecurityLabels() } };
  // Shorter than a run may take, so that the run can say what holds the namespace.
  const namespace = new Namespace('namespace', { metadata }, { customTimeouts: { delete: '60s' } });
  return { spec, namespace: namespace.metadata.name };
}

function podSecurityLabels(): Record<string, string> {
  const modes = ['enforce', 'audit', 'warn'];
  return Object.fromEntries(
    modes.flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, 'restricted'],
      [`pod-security.kubernetes.io/${mode}-version`, 'latest'],
    ]),
  );
}
