/** Whose an object is, by the label on the object itself; nothing foreign is changed or deleted. */
import { PermanentError } from '../../tenancy/errors.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import { TENANT_LABEL } from '../../tenancy/names.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { describe, type ObjectReference } from './object-reference.ts';

/**
 * Whether the object carries this tenant's label; or nobody's, and it is the very object that the tenant's state was
 * made of: then somebody took the label away.
 */
export function isOwned(reference: ObjectReference, live: KubernetesObject, tenantId: TenantId): boolean {
  const owner = live.labels[TENANT_LABEL];
  return owner === tenantId || (owner === undefined && live.uid === reference.recordedUid);
}

/**
 * @throws PermanentError naming the object and its owner, unless the object is this tenant's: only a person can tell
 * whose it is
 */
export function assertOwned(reference: ObjectReference, live: KubernetesObject, tenantId: TenantId): void {
  if (isOwned(reference, live, tenantId)) return;
  const owner = live.labels[TENANT_LABEL];
  const whose =
    owner === undefined ? `carries no ${TENANT_LABEL} label` : `belongs to ${owner} (label ${TENANT_LABEL})`;
  throw new PermanentError(
    `${describe(reference)} exists and ${whose}: it was left alone. Delete or rename it; ` +
      `if it is tenant ${tenantId}'s after all, label it ${TENANT_LABEL}=${tenantId}`,
  );
}

/** @throws Error when the object's deletion was already asked for: it can't be changed any more */
export function assertNotTerminating(reference: ObjectReference, live: KubernetesObject): void {
  if (live.deletionTimestamp === undefined) return;
  throw new Error(
    `${describe(reference)} is being terminated since ${live.deletionTimestamp}: try again when it is gone` +
      (live.finalizers.length > 0 ? ` (it waits for finalizers ${live.finalizers.join(', ')})` : ''),
  );
}
