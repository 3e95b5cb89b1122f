import { applyUnlessChanged, NO_OBJECT_YET } from './apply.ts';
import type { Binding } from './binding.ts';
import type { JsonObject } from './json.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { ObjectReference } from './object-reference.ts';
import { updateObject } from './update.ts';

/**
 * Makes an object, or takes over one that is already this tenant's (a killed run left it); never one that is
 * not.
 *
 * @param desired the whole object, labels included, secrets unwrapped
 * @throws Error naming object and owner when it exists and is foreign or being terminated; ApiError;
 * LeaseLostError
 */
export async function createObject(
  binding: Binding,
  reference: ObjectReference,
  desired: JsonObject,
  signal: AbortSignal,
): Promise<KubernetesObject> {
  const made = await applyUnlessChanged(binding, reference, desired, NO_OBJECT_YET, signal);
  return made ?? updateObject(binding, reference, desired, signal);
}
