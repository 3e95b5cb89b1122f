import provider, { type UpdateRequest, type UpdateResponse } from '@pulumi/pulumi/proto/provider_pb.js';
import { checkpoint } from './checkpoint.ts';
import { fromStruct, plainObject, toStruct } from './properties.ts';
import { type CallContext, referenceOfInputs, reported } from './resource-call.ts';
import { updateObject } from './update.ts';

/** Update: the object brought to the new inputs, as the state keeps it. */
export function update(context: CallContext, request: UpdateRequest): Promise<UpdateResponse> {
  const news = fromStruct(request.getNews());
  return reported('update', request.getType(), news, async () => {
    const reference = await referenceOfInputs(context, request.getType(), news);
    const live = await updateObject(context.binding, reference, plainObject(news), context.signal);
    const state = checkpoint(news, live, fromStruct(request.getOlds()));
    return new provider.UpdateResponse().setProperties(toStruct(state));
  });
}
