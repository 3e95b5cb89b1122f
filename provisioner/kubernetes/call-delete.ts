import type { DeleteRequest } from '@pulumi/pulumi/proto/provider_pb.js';
import empty, { type Empty } from 'google-protobuf/google/protobuf/empty_pb.js';
import { checkpointInputs, recordedUid } from './checkpoint.ts';
import { UnservedKindError } from './discovery.ts';
import { referenceOfId } from './object-reference.ts';
import { fromStruct } from './properties.ts';
import { removeObject } from './remove.ts';
import { type CallContext, reported } from './resource-call.ts';
import { parseTypeToken } from './type-token.ts';

const DEFAULT_TIMEOUT_SECONDS = 300;

/** Delete: returns when the object is gone; one whose kind is no longer served went with its definition. */
export function remove({ binding, signal }: CallContext, request: DeleteRequest): Promise<Empty> {
  const recorded = fromStruct(request.getProperties());
  const inputs = checkpointInputs(recorded);
  return reported('delete', request.getType(), inputs, async () => {
    const { apiVersion, kind } = parseTypeToken(request.getType());
    const timeoutMs = (request.getTimeout() || DEFAULT_TIMEOUT_SECONDS) * 1000;
    try {
      const resource = await binding.connection.findResource(apiVersion, kind);
      const reference = { ...referenceOfId(resource, request.getId()), recordedUid: recordedUid(recorded) };
      await removeObject(binding, reference, timeoutMs, signal);
    } catch (error) {
      if (!(error instanceof UnservedKindError)) throw error;
    }
    return new empty.Empty();
  });
}
