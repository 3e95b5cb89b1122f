import { checkpoint } from './checkpoint.ts';
import type { JsonObject } from './json.ts';
import type { ObjectReference } from './object-reference.ts';
import { previewObject, withoutMadeUp } from './preview.ts';
import { hasUnknown, plainObject } from './properties.ts';
import type { CallContext } from './resource-call.ts';

/** The state that a create or update would leave; the inputs where it can't be told before it is done. */
export async function preview(
  { binding, signal }: CallContext,
  reference: ObjectReference,
  inputs: JsonObject,
  olds?: JsonObject,
): Promise<JsonObject> {
  if (hasUnknown(inputs)) return inputs;
  const previewed = await previewObject(binding, reference, plainObject(inputs), signal);
  return previewed === undefined ? inputs : withoutMadeUp(checkpoint(inputs, { json: previewed }, olds));
}
