/** What an update would do to an object: nothing, change it where it stands, or replace it. */
import type { ClusterConnection } from './connection.ts';
import { type Difference, differences } from './difference.ts';
import { immutableFields } from './immutable-change.ts';
import type { JsonObject } from './json.ts';
import type { ObjectReference } from './object-reference.ts';
import { hasUnknown, plainObject } from './properties.ts';

export interface ObjectDiff {
  readonly differences: readonly Difference[];
  /** Paths among the differences that force a new object; empty for a change in place. */
  readonly replaces: readonly string[];
  /** Whether the old object must go first, since the new one has its name. */
  readonly deleteFirst: boolean;
}

const IDENTITY = ['metadata.name', 'metadata.namespace'];

/** @param reference the object as the new inputs name it */
export async function diffObject(
  connection: ClusterConnection,
  reference: ObjectReference,
  oldInputs: JsonObject,
  newInputs: JsonObject,
  signal: AbortSignal,
): Promise<ObjectDiff> {
  const found = differences(plainObject(oldInputs), plainObject(newInputs));
  const renamed = found.map(({ path }) => path).filter((path) => IDENTITY.includes(path));
  if (renamed.length > 0) return { differences: found, replaces: renamed, deleteFirst: false };
  const inPlace = { differences: found, replaces: [], deleteFirst: false };
  if (found.length === 0 || hasUnknown(newInputs)) return inPlace;
  const fields = await immutableFields(connection, reference, plainObject(newInputs), signal);
  return fields === undefined
    ? inPlace
    : { differences: found, replaces: pathsUnder(found, fields), deleteFirst: true };
}

/** The differing paths the server named, whole or by a part of them; all of them where it named none. */
function pathsUnder(found: readonly Difference[], fields: readonly string[]): string[] {
  const paths = found.map(({ path }) => path);
  const named = paths.filter((path) => fields.some((field) => within(path, field) || within(field, path)));
  return named.length > 0 ? named : paths;
}

function within(path: string, parent: string): boolean {
  return path === parent || (path.startsWith(parent) && /^[.[]/.test(path.slice(parent.length)));
}
