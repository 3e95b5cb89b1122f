/** The namespaces that carry a tenant's label, and their removal. */
import type { Pool } from 'pg';
import { z } from 'zod';
import { isRefusal } from '../../provisioner/kubernetes/api-error.ts';
import type { ClusterConnection } from '../../provisioner/kubernetes/connection.ts';
import { tenantIdSchema } from '../../tenancy/ids.ts';
import { TENANT_LABEL, tenantNames } from '../../tenancy/names.ts';
import { eventually } from '../support/eventually.ts';

const listSchema = z.object({
  items: z.array(
    z.object({ metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }) }),
  ),
});

const GONE_MS = 60_000;

export interface TenantNamespace {
  readonly name: string;
  readonly tenantId: string;
}

/** All of the cluster, also those being terminated. */
export async function tenantNamespaces(cluster: ClusterConnection): Promise<TenantNamespace[]> {
  const query = { labelSelector: TENANT_LABEL };
  const list = await cluster.request({ method: 'GET', path: '/api/v1/namespaces', query });
  return listSchema.parse(list).items.map(({ metadata }) => ({
    name: metadata.name,
    tenantId: metadata.labels[TENANT_LABEL] ?? '',
  }));
}

/** Removes the namespaces of a control database's tenants, and returns when they are gone. */
export async function removeNamespaces(cluster: ClusterConnection, control: Pool): Promise<void> {
  const { rows } = await control.query<{ id: string }>('SELECT id FROM tenants');
  const names = new Set(rows.map(({ id }) => tenantNames(tenantIdSchema.parse(id)).namespace));
  const ours = async () => (await tenantNamespaces(cluster)).filter(({ name }) => names.has(name));
  const removals = (await ours()).map(({ name }) =>
    cluster.request({ method: 'DELETE', path: `/api/v1/namespaces/${name}` }).catch((error: unknown) => {
      if (!isRefusal(error, 'NotFound') && !isRefusal(error, 'Conflict')) throw error;
    }),
  );
  await Promise.all(removals);
  await eventually(async () => (await ours()).length === 0, { timeoutMs: GONE_MS });
}
