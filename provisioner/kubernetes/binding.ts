import { LeaseLostError } from '../../tenancy/errors.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import { isRefusal } from './api-error.ts';
import type { ClusterRequest } from './cluster-request.ts';
import type { ClusterConnection } from './connection.ts';
import { type KubernetesObject, parseObject } from './kubernetes-object.ts';
import { describe, type ObjectReference, objectPath } from './object-reference.ts';

/** What a provider may touch: one cluster, one tenant, while one lease is held. */
export interface Binding {
  readonly connection: ClusterConnection;
  readonly tenantId: TenantId;
  /** Whether the tenant's lease is still ours; asked before every attempt to write. */
  readonly leaseIsHeld: () => boolean;
}

/** Writes give up after this many changes by others between reading and writing. */
export const WRITE_ATTEMPTS = 5;
export const WRITE_PAUSE_MS = 20;

/** The object as it is now, or undefined when there is none. */
export async function read(
  binding: Pick<Binding, 'connection'>,
  reference: ObjectReference,
  signal: AbortSignal,
): Promise<KubernetesObject | undefined> {
  try {
    const path = objectPath(reference);
    return parseObject(await binding.connection.request({ method: 'GET', path, signal }));
  } catch (error) {
    if (isRefusal(error, 'NotFound')) return undefined;
    throw error;
  }
}

/**
 * Sends a request that changes something.
 *
 * @throws LeaseLostError, nothing sent, when the lease is no longer held
 */
export function write(
  binding: Binding,
  reference: ObjectReference,
  request: Omit<ClusterRequest, 'path' | 'beforeAttempt'>,
): Promise<unknown> {
  const beforeAttempt = (): void => {
    if (binding.leaseIsHeld()) return;
    throw new LeaseLostError(
      `the lease on tenant ${binding.tenantId} lapsed: ${describe(reference)} was not touched`,
    );
  };
  return binding.connection.request({ ...request, path: objectPath(reference), beforeAttempt });
}
