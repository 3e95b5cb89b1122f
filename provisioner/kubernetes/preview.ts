import { z } from 'zod';
import { isRefusal } from './api-error.ts';
import { APPLY } from './apply.ts';
import { type Binding, read } from './binding.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { type ObjectReference, objectPath } from './object-reference.ts';
import { assertOwned } from './ownership.ts';

/** What the server only makes up when it really writes. */
const MADE_WHEN_WRITTEN = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields'];

/** An object that was not written has no uid and no version. */
const answerSchema = z.looseObject({ metadata: z.looseObject({ name: z.string() }) });

/**
 * The object as an apply would leave it, defaults included, by the server's dry run: nothing is written. Undefined
 * when its namespace is not made yet, so that the server can't tell.
 *
 * @throws PermanentError when the object exists and is foreign; ApiError for what the server would refuse
 */
export async function previewObject(
  binding: Binding,
  reference: ObjectReference,
  desired: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  const live = await read(binding, reference, signal);
  if (live !== undefined) assertOwned(reference, live, binding.tenantId);
  const query = { ...APPLY.query, dryRun: 'All' };
  const path = objectPath(reference);
  try {
    return answerSchema.parse(
      await binding.connection.request({ ...APPLY, path, query, body: desired, signal }),
    ) as JsonObject;
  } catch (error) {
    if (live === undefined && isRefusal(error, 'NotFound')) return undefined;
    throw error;
  }
}

/** A previewed state without what is not known before it is written; the engine takes what is missing for unknown. */
export function withoutMadeUp(state: JsonObject): JsonObject {
  if (!isJsonObject(state.metadata)) return state;
  const known = Object.entries(state.metadata).filter(([key]) => !MADE_WHEN_WRITTEN.includes(key));
  return { ...state, metadata: Object.fromEntries(known) };
}
