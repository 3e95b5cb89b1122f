/**
 * What the Pulumi state keeps of an object, in the official provider's shape, so that the official plugin can
 * open the state: the whole live object beside `__inputs`, `__initialApiVersion` and `__fieldManager`.
 * Source: pulumi/pulumi-kubernetes, checkpointObject.
 */
import { isJsonObject, type JsonObject } from './json.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { keepSecret } from './secrecy.ts';

/** The name under which our writes are recorded in an object's managedFields. */
export const FIELD_MANAGER = 'landlord';

const INPUTS = '__inputs';
const INITIAL_API_VERSION = '__initialApiVersion';

/** @param olds the state so far, where there is one: its first apiVersion is kept */
export function checkpoint(
  inputs: JsonObject,
  live: Pick<KubernetesObject, 'json'>,
  olds: JsonObject = {},
): JsonObject {
  return {
    ...keepSecret(live.json, inputs),
    [INPUTS]: keepSecret(inputs, inputs),
    [INITIAL_API_VERSION]: olds[INITIAL_API_VERSION] ?? live.json.apiVersion ?? '',
    __fieldManager: FIELD_MANAGER,
  };
}

/** Whether a bag is a state that `checkpoint` made; when reading what is in no state yet there is none. */
export function isCheckpoint(state: JsonObject): boolean {
  return state[INPUTS] !== undefined;
}

/** The uid of the object that a state was made of. */
export function recordedUid({ metadata }: JsonObject): string | undefined {
  return isJsonObject(metadata) && typeof metadata.uid === 'string' ? metadata.uid : undefined;
}

/** The inputs a state was made from. */
export function checkpointInputs(state: JsonObject): JsonObject {
  return (state[INPUTS] ?? {}) as JsonObject;
}
