/** Where two JSON objects differ, as Pulumi property paths. Pure. */
import { isJsonObject, type Json, type JsonObject } from './json.ts';

export interface Difference {
  /** For example `spec.hard.pods` or `metadata.labels["landlord.dev/plan"]`. */
  readonly path: string;
  readonly kind: 'add' | 'delete' | 'update';
  /** Set where not the inputs differ, but the live object from what was written to it. */
  readonly drifted?: true;
}

/** Every place where `after` is not `before`: objects by key, arrays by position. */
export function differences(before: JsonObject, after: JsonObject): Difference[] {
  return objectDifferences('', before, after);
}

function objectDifferences(path: string, before: JsonObject, after: JsonObject): Difference[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => valueDifferences(memberPath(path, key), before[key], after[key]));
}

function valueDifferences(path: string, before: Json | undefined, after: Json | undefined): Difference[] {
  if (before === undefined) return after === undefined ? [] : [{ path, kind: 'add' }];
  if (after === undefined) return [{ path, kind: 'delete' }];
  if (isJsonObject(before) && isJsonObject(after)) return objectDifferences(path, before, after);
  if (Array.isArray(before) && Array.isArray(after)) return arrayDifferences(path, before, after);
  return before === after ? [] : [{ path, kind: 'update' }];
}

function arrayDifferences(path: string, before: readonly Json[], after: readonly Json[]): Difference[] {
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) =>
    valueDifferences(`${path}[${index}]`, before[index], after[index]),
  );
}

/** Path of an object's member, quoted where it would read as more than one. */
export function memberPath(parent: string, key: string): string {
  if (/[.[\]"]/.test(key)) return `${parent}["${key.replaceAll('"', '\\"')}"]`;
  return parent === '' ? key : `${parent}.${key}`;
}
