import provider, { type CreateRequest, type CreateResponse } from '@pulumi/pulumi/proto/provider_pb.js';
import { preview } from './call-preview.ts';
import { checkpoint } from './checkpoint.ts';
import { createObject } from './create.ts';
import { objectId } from './object-reference.ts';
import { fromStruct, plainObject, toStruct } from './properties.ts';
import { type CallContext, referenceOfInputs, reported } from './resource-call.ts';

/** Create: the object made (or found to be ours and brought to the inputs), as the state keeps it; in a preview, as it would be. */
export function create(context: CallContext, request: CreateRequest): Promise<CreateResponse> {
  const inputs = fromStruct(request.getProperties());
  return reported('create', request.getType(), inputs, async () => {
    const reference = await referenceOfInputs(context, request.getType(), inputs);
    if (request.getPreview()) {
      const response = new provider.CreateResponse();
      return response.setProperties(toStruct(await preview(context, reference, inputs)));
    }
    const live = await createObject(context.binding, reference, plainObject(inputs), context.signal);
    const response = new provider.CreateResponse().setId(objectId(live));
    return response.setProperties(toStruct(checkpoint(inputs, live)));
  });
}
