/** Server-side apply as `landlord`, by force, onto exactly the version of an object that was looked at. */
import { isRefusal } from './api-error.ts';
import { type Binding, write } from './binding.ts';
import { FIELD_MANAGER } from './checkpoint.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { type KubernetesObject, parseObject } from './kubernetes-object.ts';
import type { ObjectReference } from './object-reference.ts';

/** How the API server is asked to apply. A field the kind does not have is an error, not dropped. */
export const APPLY = {
  method: 'PATCH',
  contentType: 'application/apply-patch+yaml',
  query: { fieldManager: FIELD_MANAGER, force: 'true' },
} as const;

/** The version of an object that a write is meant for. */
export interface ExpectedVersion {
  readonly resourceVersion: string;
  readonly uid?: string;
}

/**
 * A resourceVersion that no object can have (etcd's first write is 2), so an apply with it can only make: where
 * the object exists the server answers 409. Unlike after a POST, the fields are owned as applied from the
 * first write on, so that a later apply which leaves one out removes it.
 */
export const NO_OBJECT_YET: ExpectedVersion = { resourceVersion: '1' };

/**
 * The object as written, or undefined where it is not, or no longer, of the expected version.
 *
 * @throws ApiError for every other refusal; LeaseLostError
 */
export async function applyUnlessChanged(
  binding: Binding,
  reference: ObjectReference,
  desired: JsonObject,
  expected: ExpectedVersion,
  signal: AbortSignal,
): Promise<KubernetesObject | undefined> {
  const metadata = isJsonObject(desired.metadata) ? desired.metadata : {};
  const body = { ...desired, metadata: { ...metadata, ...expected } };
  try {
    return parseObject(await write(binding, reference, { ...APPLY, body, signal }));
  } catch (error) {
    if (isRefusal(error, 'Conflict')) return undefined;
    throw error;
  }
}
