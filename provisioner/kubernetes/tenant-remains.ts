import { TENANT_LABEL } from '../../tenancy/names.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import type { ClusterConnection } from './connection.ts';
import { listObjects } from './items.ts';
import { objectId } from './object-reference.ts';
import { EXPECTED } from './verify.ts';

const KINDS = [{ apiVersion: 'v1', kind: 'Namespace' }, ...EXPECTED];

/**
 * Every object of the cluster, of a kind that tenants are made of, that still carries the tenant's label, wherever it
 * lies; by kind and name.
 */
export async function tenantRemains(
  connection: ClusterConnection,
  { id }: Pick<TenantSpec, 'id'>,
): Promise<string[]> {
  const labelSelector = `${TENANT_LABEL}=${id}`;
  const kinds = KINDS.map(async ({ apiVersion, kind }) => {
    const resource = await connection.findResource(apiVersion, kind);
    const objects = await listObjects(connection, { resource, labelSelector });
    return objects.map((object) => `${kind} ${objectId(object)}`);
  });
  return (await Promise.all(kinds)).flat();
}
