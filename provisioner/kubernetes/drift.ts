/**
 * Where a live object is no longer what was written to it. Fields that the inputs do not name are others' to set.
 * The server writes values its own way (`1000` as `1k`), so what counts is what it answered to the last write. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Difference, memberPath } from './difference.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

/**
 * @param recorded the object as the server answered to the last write
 * @returns every place under the inputs where `live` is neither as recorded nor as wanted
 */
export function drift(wanted: JsonObject, recorded: JsonObject, live: JsonObject): Difference[] {
  return objectDrift('', wanted, recorded, live);
}

/** The inputs that would have made the live object: as they were, and where it drifted, as it is. */
export function driftedInputs(inputs: JsonObject, recorded: JsonObject, live: JsonObject): JsonObject {
  const entries = Object.entries(inputs).flatMap(([key, value]): [string, Json][] => {
    const now = driftedInput(value, recorded[key], live[key]);
    return now === undefined ? [] : [[key, now]];
  });
  return Object.fromEntries(entries);
}

function objectDrift(path: string, wanted: JsonObject, recorded: JsonObject, live: JsonObject): Difference[] {
  return Object.entries(wanted).flatMap(([key, value]) =>
    valueDrift(memberPath(path, key), value, recorded[key], live[key]),
  );
}

function valueDrift(
  path: string,
  wanted: Json,
  recorded: Json | undefined,
  live: Json | undefined,
): Difference[] {
  if (isDeepStrictEqual(live, recorded)) return [];
  if (live === undefined) return [{ path, kind: 'add', drifted: true }];
  if (isJsonObject(wanted) && isJsonObject(live)) return objectDrift(path, wanted, members(recorded), live);
  const alike = itemsLike(wanted, live);
  if (alike !== undefined) {
    return alike.flatMap(([item, now], index) =>
      valueDrift(`${path}[${index}]`, item, items(recorded)[index], now),
    );
  }
  return wanted === live ? [] : [{ path, kind: 'update', drifted: true }];
}

function driftedInput(input: Json, recorded: Json | undefined, live: Json | undefined): Json | undefined {
  if (isDeepStrictEqual(live, recorded)) return input;
  if (isJsonObject(input) && isJsonObject(live)) return driftedInputs(input, members(recorded), live);
  const alike = itemsLike(input, live);
  if (alike !== undefined) {
    return alike.map(([item, now], index) => driftedInput(item, items(recorded)[index], now) ?? item);
  }
  return live;
}

/** The items of both, side by side, where both are lists of one length. */
function itemsLike(wanted: Json, live: Json | undefined): (readonly [Json, Json | undefined])[] | undefined {
  if (!Array.isArray(wanted) || !Array.isArray(live) || wanted.length !== live.length) return undefined;
  return wanted.map((item: Json, index) => [item, live[index]]);
}

function members(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function items(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
