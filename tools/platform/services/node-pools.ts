/** Four node pools like those of production, as Node objects that kwok keeps ready. */

interface NodePool {
  readonly name: string;
  readonly count: number;
  readonly instanceType: string;
  readonly cpu: string;
  readonly memory: string;
  readonly pods: string;
  readonly isSpot?: boolean;
}

/** Sizes of the instance types, and pods an instance takes: the cloud provider's tables for these types. */
const POOLS: readonly NodePool[] = [
  { name: 'system', count: 2, instanceType: 't3.medium', cpu: '2', memory: '4Gi', pods: '17' },
  { name: 'api', count: 3, instanceType: 'm5.xlarge', cpu: '4', memory: '16Gi', pods: '58' },
  { name: 'worker', count: 3, instanceType: 'c5.large', cpu: '2', memory: '4Gi', pods: '29' },
  { name: 'spot', count: 2, instanceType: 'm5.large', cpu: '2', memory: '8Gi', pods: '29', isSpot: true },
];
/** The disk that a managed node group gives its nodes unless told otherwise. */
const DISK = '20Gi';
const REGION = 'eu-central-1';
const ZONES = ['a', 'b', 'c'];

/** Label and taint that name a node's pool. */
export const POOL_LABEL = 'landlord.dev/pool';

/** The Node objects of every pool. */
export function fakeNodes(): KubernetesObject[] {
  return POOLS.flatMap((pool) => Array.from({ length: pool.count }, (_, index) => fakeNode(pool, index)));
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

function fakeNode(pool: NodePool, index: number): KubernetesObject {
  const name = `${pool.name}-${index}`;
  const size = { cpu: pool.cpu, memory: pool.memory, pods: pool.pods, 'ephemeral-storage': DISK };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: labels(pool, name, index), annotations: { 'kwok.x-k8s.io/node': 'fake' } },
    spec: pool.isSpot ? { taints: [{ key: POOL_LABEL, value: pool.name, effect: 'NoSchedule' }] } : {},
    status: { capacity: size, allocatable: size, addresses: addresses(pool, name, index) },
  };
}

/** A subnet for each pool, so that every node has an address of its own. */
function addresses(pool: NodePool, name: string, index: number): { type: string; address: string }[] {
  return [
    { type: 'InternalIP', address: `10.0.${POOLS.indexOf(pool)}.${10 + index}` },
    { type: 'Hostname', address: name },
  ];
}

function labels(pool: NodePool, name: string, index: number): Record<string, string> {
  return {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'node.kubernetes.io/instance-type': pool.instanceType,
    'topology.kubernetes.io/region': REGION,
    'topology.kubernetes.io/zone': `${REGION}${ZONES[index % ZONES.length]}`,
    'eks.amazonaws.com/nodegroup': pool.name,
    'eks.amazonaws.com/capacityType': pool.isSpot ? 'SPOT' : 'ON_DEMAND',
    [POOL_LABEL]: pool.name,
  };
}
