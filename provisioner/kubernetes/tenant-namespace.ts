/** A tenant's namespace as a whole: found by its label, and removed with all that is in it. */

import { TENANT_LABEL } from '../../tenancy/names.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { type Binding, read } from './binding.ts';
import type { ClusterConnection } from './connection.ts';
import { listObjects } from './items.ts';
import type { ObjectReference } from './object-reference.ts';
import { assertOwned } from './ownership.ts';
import { removeObject } from './remove.ts';

/** How long to wait for a namespace to be emptied; a later attempt waits on. */
const REMOVAL_TIMEOUT_MS = 60_000;

export interface TenantNamespace {
  /** What the label says, whether or not there is such a tenant. */
  readonly tenantId: string;
  readonly namespace: string;
  /** Whether its deletion was already asked for. */
  readonly deleting: boolean;
}

/** Every namespace of the cluster that carries the tenant label: what an orphan scan holds against the rows. */
export async function listTenantNamespaces(connection: ClusterConnection): Promise<TenantNamespace[]> {
  const resource = await connection.findResource('v1', 'Namespace');
  const namespaces = await listObjects(connection, { resource, labelSelector: TENANT_LABEL });
  return namespaces.map(({ name, labels, deletionTimestamp }) => ({
    tenantId: labels[TENANT_LABEL] ?? '',
    namespace: name,
    deleting: deletionTimestamp !== undefined,
  }));
}

/**
 * Deletes the tenant's namespace with all that is in it, whatever a Pulumi state knows of it, and returns when it is
 * gone; one that is not there is gone already.
 *
 * @throws PermanentError when it is not the tenant's; Error naming what holds it when it is not gone within a minute;
 * LeaseLostError
 */
export async function removeNamespace(
  connection: ClusterConnection,
  spec: TenantSpec,
  leaseIsHeld: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  const binding = { connection, tenantId: spec.id, leaseIsHeld };
  await removeObject(binding, await namespaceOf(connection, spec), REMOVAL_TIMEOUT_MS, signal);
}

/**
 * Whether the tenant's namespace is there and not on its way out.
 *
 * @throws PermanentError when it is there and is not the tenant's
 */
export async function hasNamespace(
  binding: Binding,
  spec: TenantSpec,
  signal: AbortSignal,
): Promise<boolean> {
  const reference = await namespaceOf(binding.connection, spec);
  const live = await read(binding, reference, signal);
  if (live === undefined) return false;
  assertOwned(reference, live, spec.id);
  return live.deletionTimestamp === undefined;
}

async function namespaceOf(connection: ClusterConnection, spec: TenantSpec): Promise<ObjectReference> {
  const resource = await connection.findResource('v1', 'Namespace');
  return { resource, namespace: undefined, name: spec.namespace };
}
