import { z } from 'zod';
import { type StackState, UnreadableStateError, unpackState } from './stack-state.ts';

const PROVIDED = /^kubernetes:/;
const bag = z.record(z.string(), z.json());
const resourceSchema = z.looseObject({ type: z.string(), id: z.string(), inputs: bag, outputs: bag });

/** A Kubernetes object as a stack's state has it. */
export type WrittenObject = Pick<z.infer<typeof resourceSchema>, 'type' | 'id' | 'inputs' | 'outputs'>;

export type WrittenObjects =
  | { readonly result: 'read'; readonly objects: readonly WrittenObject[] }
  /** The state is damaged; `message` says how. */
  | { readonly result: 'unreadable'; readonly message: string };

/** The Kubernetes objects that a stored state says were written. */
export async function writtenObjects(packed: Buffer): Promise<WrittenObjects> {
  const state = await unpackState(packed).catch((error: unknown) => {
    if (error instanceof UnreadableStateError) return error;
    throw error;
  });
  if (state instanceof UnreadableStateError) return { result: 'unreadable', message: state.message };
  return { result: 'read', objects: objectsOf(state) };
}

function objectsOf({ deployment }: StackState): WrittenObject[] {
  const resources = deployment.resources ?? [];
  return resources
    .filter(({ type }) => typeof type === 'string' && PROVIDED.test(type))
    .map((resource) => resourceSchema.parse(resource));
}
