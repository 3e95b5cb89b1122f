/**
 * Pulumi's property bags, as they travel: a protobuf Struct in which secrets and values not yet known are
 * wrapped. They are kept here as the JSON of that Struct, wrappers included, so what is secret stays so.
 * Source: pulumi/pulumi, sdk/go/common/resource/sig.
 */
import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';
const OUTPUT = 'd0e6a833031e9bbcd3f4e8bde6ca49a4';
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** A wrapped secret around a value. */
export function secret(value: Json): JsonObject {
  return { [SIGNATURE]: SECRET, value };
}

/** Whether a value is a wrapped secret. */
export function isSecret(value: Json | undefined): value is { readonly value: Json } & JsonObject {
  return isJsonObject(value) && value[SIGNATURE] === SECRET;
}

/** The bag of a message's Struct, without nulls; output values become what they hold, secret or unknown. */
export function fromStruct(message: struct.Struct | undefined): JsonObject {
  return normalized(message?.toJavaScript() ?? {}) as JsonObject;
}

/** The Struct of a bag, for a message. */
export function toStruct(bag: JsonObject): struct.Struct {
  return struct.Struct.fromJavaScript(bag);
}

function normalized(value: Json): Json {
  if (Array.isArray(value)) return value.map(normalized);
  if (!isJsonObject(value)) return value;
  if (value[SIGNATURE] === OUTPUT) return outputValue(value);
  const present = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(present.map(([key, item]) => [key, normalized(item)]));
}

function outputValue(output: JsonObject): Json {
  const value = output.value === undefined ? UNKNOWN : normalized(output.value);
  return output.secret === true ? secret(value) : value;
}

/** The value itself, secrets unwrapped at every depth: what the API server is sent. */
export function plain(value: Json): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (isSecret(value)) return plain(value.value);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** A live object as it would come back from the state, which keeps no nulls: for comparing the two. */
export function asRecorded(live: JsonObject): JsonObject {
  return normalized(live) as JsonObject;
}

/** `plain` of a whole bag. */
export function plainObject(bag: JsonObject): JsonObject {
  return plain(bag) as JsonObject;
}

/** Whether a value not yet known stands anywhere in it (in a preview only). */
export function hasUnknown(value: Json): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasUnknown);
}

/** Whether a secret stands anywhere in it. */
export function hasSecret(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isSecret(value) || Object.values(value).some(hasSecret);
}
