import provider, { type ReadRequest, type ReadResponse } from '@pulumi/pulumi/proto/provider_pb.js';
import { read } from './binding.ts';
import { checkpoint, isCheckpoint, recordedUid } from './checkpoint.ts';
import { UnservedKindError } from './discovery.ts';
import { driftedInputs } from './drift.ts';
import { importedInputs } from './imported-inputs.ts';
import type { JsonObject } from './json.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { type ObjectReference, objectId, referenceOfId } from './object-reference.ts';
import { assertOwned, isOwned } from './ownership.ts';
import { asRecorded, fromStruct, plainObject, toStruct } from './properties.ts';
import { type CallContext, reported } from './resource-call.ts';
import { keepSecret } from './secrecy.ts';
import { parseTypeToken } from './type-token.ts';

/**
 * Read: the object as it is now. For a refresh the inputs are those of the state, except where the object drifted;
 * an object that is gone, or whose name now belongs to somebody else, answers without an id. For an import the inputs
 * are what we applied; a foreign object is refused.
 */
export function readResource(context: CallContext, request: ReadRequest): Promise<ReadResponse> {
  const recorded = fromStruct(request.getProperties());
  return reported('read', request.getType(), recorded, async () => {
    const found = await findObject(context, request, recorded);
    if (found === undefined) return new provider.ReadResponse();
    const olds = fromStruct(request.getInputs());
    const inputs = isCheckpoint(recorded) ? refreshedInputs(olds, recorded, found) : importedInputs(found);
    return new provider.ReadResponse()
      .setId(objectId(found))
      .setInputs(toStruct(inputs))
      .setProperties(toStruct(checkpoint(inputs, found, recorded)));
  });
}

/** @throws PermanentError when it is to be imported and is not this tenant's */
async function findObject(
  { binding, signal }: CallContext,
  request: ReadRequest,
  recorded: JsonObject,
): Promise<KubernetesObject | undefined> {
  const { apiVersion, kind } = parseTypeToken(request.getType());
  const refreshing = isCheckpoint(recorded);
  try {
    const resource = await binding.connection.findResource(apiVersion, kind);
    const place = referenceOfId(resource, request.getId());
    const reference: ObjectReference = { ...place, recordedUid: recordedUid(recorded) };
    const live = await read(binding, reference, signal);
    if (live === undefined || (refreshing && !isOwned(reference, live, binding.tenantId))) return undefined;
    assertOwned(reference, live, binding.tenantId);
    return live;
  } catch (error) {
    if (refreshing && error instanceof UnservedKindError) return undefined;
    throw error;
  }
}

function refreshedInputs(olds: JsonObject, recorded: JsonObject, live: KubernetesObject): JsonObject {
  const now = driftedInputs(plainObject(olds), plainObject(recorded), asRecorded(live.json));
  return keepSecret(now, olds);
}
