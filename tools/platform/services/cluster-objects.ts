/** What the cluster has from the start: its nodes, and kwok's right to play their kubelets. */
import { httpsRequest } from '../https-request.ts';
import { type Platform, portOf } from '../platform.ts';
import type { Task } from '../unit.ts';
import { fakeNodes, type KubernetesObject } from './node-pools.ts';

const KWOK = 'landlord:kwok';
const RBAC = 'rbac.authorization.k8s.io';

const KWOK_ROLE: KubernetesObject = {
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRole',
  metadata: { name: KWOK },
  rules: [
    { apiGroups: [''], resources: ['nodes', 'pods'], verbs: ['get', 'list', 'watch', 'patch', 'update'] },
    { apiGroups: [''], resources: ['nodes/status', 'pods/status'], verbs: ['patch', 'update'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      verbs: ['get', 'list', 'watch', 'create', 'patch', 'update'],
    },
  ],
};

const KWOK_BINDING: KubernetesObject = {
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name: KWOK },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: KWOK },
  subjects: [{ apiGroup: RBAC, kind: 'User', name: KWOK }],
};

export function clusterObjectsTask(platform: Platform): Task {
  return {
    kind: 'task',
    name: 'cluster-objects',
    dependsOn: ['kube-apiserver'],
    run: async () => {
      await Promise.all([
        apply(platform, `/apis/${RBAC}/v1/clusterroles`, KWOK_ROLE),
        apply(platform, `/apis/${RBAC}/v1/clusterrolebindings`, KWOK_BINDING),
        ...fakeNodes().map((node) => applyNode(platform, node)),
      ]);
    },
  };
}

/** A node that is there already takes its sizes by its status alone. */
async function applyNode(platform: Platform, node: KubernetesObject): Promise<void> {
  await apply(platform, '/api/v1/nodes', node);
  await apply(platform, '/api/v1/nodes', node, '/status');
}

/** Server-side apply: makes the object or brings it back to what it should be, and leaves kwok's fields alone. */
async function apply(
  platform: Platform,
  collection: string,
  object: KubernetesObject,
  subresource: '' | '/status' = '',
): Promise<void> {
  const answer = await httpsRequest({
    pki: platform.layout.pki,
    port: portOf(platform, 'kube-apiserver'),
    method: 'PATCH',
    path: `${collection}/${object.metadata.name}${subresource}?fieldManager=landlord-platform&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: JSON.stringify(object),
  });
  if (answer.status < 300) return;
  throw new Error(`cannot apply ${object.kind} ${object.metadata.name}: ${answer.status} ${answer.body}`);
}
