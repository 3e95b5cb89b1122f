/** What an update would do to an object: nothing, change it where it stands, or replace it. */
import { type Binding, read } from './binding.ts';
import { type Difference, differences } from './difference.ts';
import { drift } from './drift.ts';
import { immutableFields } from './immutable-change.ts';
import type { JsonObject } from './json.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { ObjectReference } from './object-reference.ts';
import { asRecorded, hasUnknown, plainObject } from './properties.ts';
import { foreignFields } from './written-fields.ts';

export interface ObjectDiff {
  readonly differences: readonly Difference[];
  /** Paths among the differences that force a new object; empty for a change in place. */
  readonly replaces: readonly string[];
  /** Whether the old object must go first, since the new one has its name. */
  readonly deleteFirst: boolean;
}

export interface Comparison {
  /** The object as the new inputs name it. */
  readonly reference: ObjectReference;
  readonly oldInputs: JsonObject;
  readonly newInputs: JsonObject;
  /** The object as the state has it; empty where the state says nothing. */
  readonly recorded: JsonObject;
  /** Paths whose drift is to be left alone: the resource option `ignoreChanges`. */
  readonly ignored: readonly string[];
}

const IDENTITY = ['metadata.name', 'metadata.namespace'];

/**
 * Compares old inputs with new ones, and what was written with the live object: one GET, so that each run mends what
 * was changed or deleted by hand.
 */
export async function diffObject(
  binding: Binding,
  { reference, oldInputs, newInputs, recorded, ignored }: Comparison,
  signal: AbortSignal,
): Promise<ObjectDiff> {
  const wanted = plainObject(newInputs);
  const asked = differences(plainObject(oldInputs), wanted);
  const renamed = asked.map(({ path }) => path).filter((path) => IDENTITY.includes(path));
  if (renamed.length > 0) return { differences: asked, replaces: renamed, deleteFirst: false };
  if (hasUnknown(newInputs)) return { differences: asked, replaces: [], deleteFirst: false };
  const live = await read(binding, reference, signal);
  const drifted = driftFromLive(wanted, plainObject(recorded), live);
  const minded = drifted.filter(({ path }) => !ignored.some((parent) => within(path, parent)));
  const unasked = minded.filter(({ path }) => !asked.some((difference) => touch(path, difference.path)));
  const found = [...asked, ...unasked];
  const inPlace = { differences: found, replaces: [], deleteFirst: false };
  if (found.length === 0 || live === undefined) return inPlace;
  const fields = await immutableFields(binding.connection, reference, wanted, signal);
  return fields === undefined
    ? inPlace
    : { differences: found, replaces: pathsUnder(found, fields), deleteFirst: true };
}

/**
 * Where the live object is not as it was written: what differs under `wanted`, and in a guard what others added.
 * @param recorded the object as the server answered to the last write
 */
export function driftFromLive(
  wanted: JsonObject,
  recorded: JsonObject,
  live: KubernetesObject | undefined,
): Difference[] {
  if (live === undefined) return Object.keys(wanted).map((path) => ({ path, kind: 'add', drifted: true }));
  const changed = drift(wanted, recorded, asRecorded(live.json));
  const leaving = live.deletionTimestamp === undefined ? [] : ['metadata.deletionTimestamp'];
  const tooMuch = [...unlessTouched(foreignFields(live), changed), ...leaving];
  return [...changed, ...tooMuch.map((path): Difference => ({ path, kind: 'delete', drifted: true }))];
}

/** The paths that say something the differences don't say yet. */
function unlessTouched(paths: readonly string[], found: readonly Difference[]): string[] {
  return paths.filter((path) => !found.some((difference) => touch(path, difference.path)));
}

/** The differing paths the server named, whole or by a part of them; all of them where it named none. */
function pathsUnder(found: readonly Difference[], fields: readonly string[]): string[] {
  const paths = found.map(({ path }) => path);
  const named = paths.filter((path) => fields.some((field) => touch(path, field)));
  return named.length > 0 ? named : paths;
}

/** Whether one path is the other or stands under it. */
function touch(one: string, other: string): boolean {
  return within(one, other) || within(other, one);
}

function within(path: string, parent: string): boolean {
  return path === parent || (path.startsWith(parent) && /^[.[]/.test(path.slice(parent.length)));
}
