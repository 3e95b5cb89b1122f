/** The plan's limits, held by the API server: a ResourceQuota for the namespace, a LimitRange for each container. */
import { LimitRange } from '@pulumi/kubernetes/core/v1/limitRange.js';
import { ResourceQuota } from '@pulumi/kubernetes/core/v1/resourceQuota.js';
import type { Limits } from '../../tenancy/plans.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { tenantMetadata } from './metadata.ts';
import type { Home } from './namespace.ts';

const MEBIBYTES_PER_GIBIBYTE = 1024;
/** Scratch space a container gets when it asks for none, so that one tenant cannot fill a node's disk. */
const DEFAULT_SCRATCH = '1Gi';

/** Registers the quota, named `tenant`. */
export function createQuota(home: Home): void {
  new ResourceQuota('quota', {
    metadata: tenantMetadata(home, 'tenant'),
    spec: { hard: quotaHard(home.spec) },
  });
}

/** Registers the limit range, named `tenant`. */
export function createLimitRange(home: Home): void {
  const { limits } = home.spec;
  new LimitRange('limits', {
    metadata: tenantMetadata(home, 'tenant'),
    spec: {
      limits: [
        { type: 'Container', default: share(limits), defaultRequest: share(limits), max: whole(limits) },
        { type: 'PersistentVolumeClaim', max: { storage: `${limits.volumesGibibytes}Gi` } },
      ],
    },
  });
}

/** The quota's hard limits, as Kubernetes quantities by resource name: for a suspended tenant not one pod. */
export function quotaHard({ limits, target }: Pick<TenantSpec, 'limits' | 'target'>): Record<string, string> {
  const hard = { ...computeQuota(limits), ...objectQuota(limits) };
  return target === 'suspended' ? { ...hard, pods: '0' } : hard;
}

function computeQuota(limits: Limits): Record<string, string> {
  const cpu = String(limits.cpuCores);
  const memory = `${limits.memoryGibibytes}Gi`;
  return {
    pods: String(limits.pods),
    'requests.cpu': cpu,
    'limits.cpu': cpu,
    'requests.memory': memory,
    'limits.memory': memory,
    'requests.storage': `${limits.volumesGibibytes}Gi`,
  };
}

/** Objects cost the control plane, not the nodes: enough for any product of the plan's size, and no more. */
function objectQuota(limits: Limits): Record<string, string> {
  const { pods } = limits;
  return {
    persistentvolumeclaims: String(pods),
    services: String(pods),
    'services.loadbalancers': '0',
    'services.nodeports': '0',
    configmaps: String(20 + 2 * pods),
    secrets: String(20 + 2 * pods),
    'count/deployments.apps': String(pods),
    'count/replicasets.apps': String(11 * pods),
    'count/statefulsets.apps': String(pods),
    'count/jobs.batch': String(4 * pods),
    'count/cronjobs.batch': String(pods),
  };
}

/** An even share for each of the plan's pods: one that asks for nothing gets this, and all of them fit the quota. */
function share({ pods, cpuCores, memoryGibibytes }: Limits): Record<string, string> {
  const millicores = Math.max(1, Math.floor((cpuCores * 1000) / pods));
  const mebibytes = Math.max(1, Math.floor((memoryGibibytes * MEBIBYTES_PER_GIBIBYTE) / pods));
  return { cpu: `${millicores}m`, memory: `${mebibytes}Mi`, 'ephemeral-storage': DEFAULT_SCRATCH };
}

function whole(limits: Limits): Record<string, string> {
  return { cpu: String(limits.cpuCores), memory: `${limits.memoryGibibytes}Gi` };
}
