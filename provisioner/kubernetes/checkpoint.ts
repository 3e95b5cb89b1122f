/**
 * What the Pulumi state keeps of an object, in the official provider's shape, so that the official plugin can
 * open the state: the whole live object beside `__inputs`, `__initialApiVersion` and `__fieldManager`.
 * Source: pulumi/pulumi-kubernetes, checkpointObject.
 */
import type { JsonObject } from './json.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { keepSecret } from './secrecy.ts';

/** The name under which our writes are recorded in an object's managedFields. */
export const FIELD_MANAGER = 'landlord';

const INPUTS = '__inputs';
const INITIAL_API_VERSION = '__initialApiVersion';

/** @param olds the state so far, where there is one: its first apiVersion is kept */
export function checkpoint(inputs: JsonObject, live: KubernetesObject, olds: JsonObject = {}): JsonObject {
  return {
    ...keepSecret(live.json, inputs),
    [INPUTS]: keepSecret(inputs, inputs),
    [INITIAL_API_VERSION]: olds[INITIAL_API_VERSION] ?? live.json.apiVersion ?? '',
    __fieldManager: FIELD_MANAGER,
  };
}

/** The inputs a state was made from. */
export function checkpointInputs(state: JsonObject): JsonObject {
  return (state[INPUTS] ?? {}) as JsonObject;
}
