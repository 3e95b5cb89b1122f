import provider, { type UpdateRequest, type UpdateResponse } from '@pulumi/pulumi/proto/provider_pb.js';
import { preview } from './call-preview.ts';
import { checkpoint, recordedUid } from './checkpoint.ts';
import { fromStruct, plainObject, toStruct } from './properties.ts';
import { type CallContext, referenceOfInputs, reported } from './resource-call.ts';
import { updateObject } from './update.ts';

/** Update: the object brought to the new inputs, as the state keeps it; in a preview, as it would be. */
export function update(context: CallContext, request: UpdateRequest): Promise<UpdateResponse> {
  const news = fromStruct(request.getNews());
  const olds = fromStruct(request.getOlds());
  return reported('update', request.getType(), news, async () => {
    const named = await referenceOfInputs(context, request.getType(), news);
    const reference = { ...named, recordedUid: recordedUid(olds) };
    if (request.getPreview()) {
      const previewed = await preview(context, reference, news, olds);
      return new provider.UpdateResponse().setProperties(toStruct(previewed));
    }
    const live = await updateObject(context.binding, reference, plainObject(news), context.signal);
    const state = checkpoint(news, live, olds);
    return new provider.UpdateResponse().setProperties(toStruct(state));
  });
}
