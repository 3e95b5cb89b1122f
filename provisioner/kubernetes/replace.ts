import { isRefusal } from './api-error.ts';
import { type Binding, write } from './binding.ts';
import { FIELD_MANAGER } from './checkpoint.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { type KubernetesObject, parseObject } from './kubernetes-object.ts';
import type { ObjectReference } from './object-reference.ts';
import { foreignFields } from './written-fields.ts';

/**
 * The object without what others added to a guard; as it is where there is nothing of the kind. An apply can't take
 * away what another wrote, so the whole object is put in its place, its metadata kept. Undefined where the object has
 * changed since it was applied.
 *
 * @throws ApiError; LeaseLostError
 */
export async function removeForeignFields(
  binding: Binding,
  reference: ObjectReference,
  desired: JsonObject,
  applied: KubernetesObject,
  signal: AbortSignal,
): Promise<KubernetesObject | undefined> {
  if (foreignFields(applied).length === 0) return applied;
  const { managedFields: _keptByServer, ...metadata } = isJsonObject(applied.json.metadata)
    ? applied.json.metadata
    : {};
  const query = { fieldManager: FIELD_MANAGER };
  try {
    const body = { ...desired, metadata };
    return parseObject(await write(binding, reference, { method: 'PUT', query, body, signal }));
  } catch (error) {
    if (isRefusal(error, 'Conflict')) return undefined;
    throw error;
  }
}
