import { isJsonObject, type JsonObject } from './json.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { keepSecret } from './secrecy.ts';
import { ownFields } from './written-fields.ts';

/** What the server keeps of an object for itself. */
const SERVERS_OWN = [
  ...['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink'],
  ...['deletionTimestamp', 'deletionGracePeriodSeconds'],
];

/**
 * The inputs of an object that is in no state: exactly what we applied where we made it, else all that is not the
 * server's own.
 */
export function importedInputs(live: KubernetesObject): JsonObject {
  const { status: _servers, ...whole } = live.json;
  const fields = ownFields(live) ?? whole;
  const given = Object.entries(isJsonObject(fields.metadata) ? fields.metadata : {});
  const { name, namespace } = live;
  const inputs = {
    ...fields,
    apiVersion: live.json.apiVersion ?? '',
    kind: live.json.kind ?? '',
    metadata: {
      ...Object.fromEntries(given.filter(([key]) => !SERVERS_OWN.includes(key))),
      name,
      ...(namespace === undefined ? {} : { namespace }),
    },
  };
  return keepSecret(inputs, inputs);
}
