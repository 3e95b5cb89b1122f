import { ApiError, isRefusal } from './api-error.ts';
import { APPLY } from './apply.ts';
import type { ClusterConnection } from './connection.ts';
import type { JsonObject } from './json.ts';
import { collectionPath, type ObjectReference, objectPath } from './object-reference.ts';

const DRY_RUN = { dryRun: 'All' } as const;

/**
 * The fields that can't be changed to what is desired, by the server's own judgement: it refuses the change in
 * a dry run, yet would accept the object if it were new. Undefined when nothing is in the way, or when the
 * object itself is invalid (then the update says so). Nothing is written.
 *
 * A server validates before it looks whether the name is taken, so AlreadyExists means: valid as a new object.
 */
export async function immutableFields(
  connection: ClusterConnection,
  reference: ObjectReference,
  desired: JsonObject,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const query = { ...APPLY.query, ...DRY_RUN };
  const change = { ...APPLY, path: objectPath(reference), query, body: desired, signal };
  const refusal = await refusalOf(connection.request(change));
  if (!isRefusal(refusal, 'Invalid')) return undefined;
  const anew = {
    method: 'POST',
    path: collectionPath(reference),
    query: DRY_RUN,
    body: desired,
    signal,
  } as const;
  if (!isRefusal(await refusalOf(connection.request(anew)), 'AlreadyExists')) return undefined;
  return refusal.causes.flatMap(({ field }) => (field === undefined ? [] : [field]));
}

async function refusalOf(asking: Promise<unknown>): Promise<ApiError | undefined> {
  try {
    await asking;
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}
