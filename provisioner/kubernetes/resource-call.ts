import type { Binding } from './binding.ts';
import { failureText } from './failure-text.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { type ObjectReference, objectId } from './object-reference.ts';
import { plain } from './properties.ts';
import { parseTypeToken } from './type-token.ts';

/** What one call of the engine works with. */
export interface CallContext {
  readonly binding: Binding;
  /** Aborted when the engine gives the call up or the provider closes. */
  readonly signal: AbortSignal;
}

/** The object that a resource's inputs describe: kind by its type token, name by its metadata. */
export async function referenceOfInputs(
  { binding }: CallContext,
  typeToken: string,
  inputs: JsonObject,
): Promise<ObjectReference> {
  const { apiVersion, kind } = parseTypeToken(typeToken);
  const resource = await binding.connection.findResource(apiVersion, kind);
  const { name, namespace } = nameOf(inputs);
  return { resource, name, namespace: resource.namespaced ? namespace : undefined };
}

/**
 * Runs one call's work.
 *
 * @throws Error in words for the user, without secrets of the inputs
 */
export async function reported<Result>(
  verb: string,
  typeToken: string,
  inputs: JsonObject,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const kind = typeToken.slice(typeToken.lastIndexOf(':') + 1);
    throw new Error(failureText(`${verb} ${kind} ${objectId(nameOf(inputs))}`, error, inputs), {
      cause: error,
    });
  }
}

function nameOf(inputs: JsonObject): { name: string; namespace: string | undefined } {
  const metadata = plain(inputs.metadata ?? null);
  const { name, namespace } = isJsonObject(metadata) ? metadata : {};
  return {
    name: typeof name === 'string' ? name : '',
    namespace: typeof namespace === 'string' ? namespace : undefined,
  };
}
