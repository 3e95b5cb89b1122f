/** The tenant stack: from a tenant spec to its Kubernetes objects. Pure: it reads nothing but the spec. */
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { createAccess } from './access.ts';
import { createDatabaseConfig } from './database.ts';
import { createLimitRange, createQuota } from './limits.ts';
import { createNamespace } from './namespace.ts';
import { createNetworkPolicies } from './network.ts';

/** The inline Pulumi program of one tenant; its only output is the namespace's name. */
export function tenantProgram(spec: TenantSpec): () => Promise<Record<string, unknown>> {
  return async () => {
    const home = createNamespace(spec);
    createQuota(home);
    createLimitRange(home);
    createNetworkPolicies(home);
    createAccess(home);
    createDatabaseConfig(home);
    return { namespace: home.namespace };
  };
}
