/** Whether a tenant's Kubernetes objects exist as the spec wants them, asked of the API server itself. */
import { z } from 'zod';
import { quotaHard } from '../../stacks/tenant/limits.ts';
import { PLAN_LABEL, TENANT_LABEL } from '../../tenancy/names.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { isRefusal } from './api-error.ts';
import type { ClusterConnection } from './connection.ts';
import { collectionPath, objectPath } from './object-reference.ts';
import { quantityValue } from './quantity.ts';

interface Expected {
  readonly apiVersion: string;
  readonly kind: string;
  readonly names: readonly string[];
}

/** What stands in a tenant's namespace; the spec beside this file holds it against the stack. */
export const EXPECTED: readonly Expected[] = [
  { apiVersion: 'v1', kind: 'ResourceQuota', names: ['tenant'] },
  { apiVersion: 'v1', kind: 'LimitRange', names: ['tenant'] },
  { apiVersion: 'v1', kind: 'ServiceAccount', names: ['tenant'] },
  { apiVersion: 'v1', kind: 'ConfigMap', names: ['database'] },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', names: ['tenant'] },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', names: ['tenant'] },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    names: ['default-deny', 'allow-same-namespace', 'allow-dns', 'allow-gateway', 'allow-pooler'],
  },
];

const itemSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
  }),
  status: z.looseObject({ hard: z.record(z.string(), z.string()).optional() }).optional(),
});
const listSchema = z.looseObject({ items: z.array(itemSchema) });
type Item = z.infer<typeof itemSchema>;

/**
 * What is missing or wrong, as sentences; empty when all is there: the namespace with its labels, every object
 * inside with the tenant's label, and the quota in force (its `status.hard`, which the quota controller fills).
 */
export async function verifyTenantObjects(
  connection: ClusterConnection,
  spec: TenantSpec,
): Promise<string[]> {
  const [namespaceProblems, ...objectProblems] = await Promise.all([
    verifyNamespace(connection, spec),
    ...EXPECTED.map((expected) => verifyKind(connection, spec, expected)),
  ]);
  return [namespaceProblems, ...objectProblems].flat();
}

async function verifyNamespace(connection: ClusterConnection, spec: TenantSpec): Promise<string[]> {
  const resource = await connection.findResource('v1', 'Namespace');
  const path = objectPath({ resource, namespace: undefined, name: spec.namespace });
  const namespace = await readItem(connection, path);
  if (namespace === undefined) return [`namespace ${spec.namespace} is missing`];
  const { labels, deletionTimestamp } = namespace.metadata;
  if (deletionTimestamp !== undefined) return [`namespace ${spec.namespace} is being terminated`];
  const wanted = { [TENANT_LABEL]: spec.id, [PLAN_LABEL]: spec.plan, [POD_SECURITY]: 'restricted' };
  return Object.entries(wanted)
    .filter(([label, value]) => labels[label] !== value)
    .map(([label, value]) => `namespace ${spec.namespace}: label ${label} is not ${value}`);
}

const POD_SECURITY = 'pod-security.kubernetes.io/enforce';

async function verifyKind(
  connection: ClusterConnection,
  spec: TenantSpec,
  expected: Expected,
): Promise<string[]> {
  const { apiVersion, kind, names } = expected;
  const resource = await connection.findResource(apiVersion, kind);
  const path = collectionPath({ resource, namespace: spec.namespace });
  const query = { labelSelector: `${TENANT_LABEL}=${spec.id}` };
  const { items } = listSchema.parse(await connection.request({ method: 'GET', path, query }));
  const found = new Map(items.map((item) => [item.metadata.name, item]));
  return names.flatMap((name) => {
    const item = found.get(name);
    if (item === undefined) return [`${kind} ${spec.namespace}/${name} is missing`];
    return kind === 'ResourceQuota' ? quotaProblems(spec, item) : [];
  });
}

function quotaProblems(spec: TenantSpec, quota: Item): string[] {
  const enforced = quota.status?.hard ?? {};
  return Object.entries(quotaHard(spec))
    .filter(([limit, value]) => quantityValue(enforced[limit] ?? '') !== quantityValue(value))
    .map(([limit, value]) => {
      const now = enforced[limit] === undefined ? 'not in force yet' : `in force as ${enforced[limit]}`;
      return `ResourceQuota ${spec.namespace}/${quota.metadata.name}: ${limit} should be ${value} and is ${now}`;
    });
}

async function readItem(connection: ClusterConnection, path: string): Promise<Item | undefined> {
  try {
    return itemSchema.parse(await connection.request({ method: 'GET', path }));
  } catch (error) {
    if (isRefusal(error, 'NotFound')) return undefined;
    throw error;
  }
}
