/** Which kinds the API server serves and where, asked of the server itself: no table of ours to fall behind. */
import { z } from 'zod';
import { isRefusal } from './api-error.ts';
import type { SendRequest } from './cluster-request.ts';

/** `APIResourceList` of the API machinery (meta/v1). */
const resourceListSchema = z.looseObject({
  resources: z.array(z.looseObject({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

export interface ServedResource {
  /** `v1`, or `group/version`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The collection's name in paths, for example `networkpolicies`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

export type FindResource = (apiVersion: string, kind: string) => Promise<ServedResource>;

/** The server serves no such kind: its definition is missing, or the name is wrong. */
export class UnservedKindError extends Error {
  override readonly name = 'UnservedKindError';
  constructor(apiVersion: string, kind: string) {
    super(
      `the API server serves no kind ${kind} in ${apiVersion}: ` +
        'correct the name, or install the CustomResourceDefinition that brings it',
    );
  }
}

/**
 * Looks kinds up, one request for each apiVersion, remembered; a kind that is not in what is remembered is
 * asked for again, since a definition may have come since.
 *
 * @throws UnservedKindError when the server does not know the kind
 */
export function createDiscovery(request: SendRequest): FindResource {
  const known = new Map<string, Promise<readonly ServedResource[]>>();
  const ask = (apiVersion: string): Promise<readonly ServedResource[]> => {
    const answer = listResources(request, apiVersion);
    known.set(apiVersion, answer);
    answer.catch(() => known.delete(apiVersion));
    return answer;
  };
  return async (apiVersion, kind) => {
    const find = (served: readonly ServedResource[]) => served.find((resource) => resource.kind === kind);
    const remembered = known.get(apiVersion);
    const found = (remembered && find(await remembered)) ?? find(await ask(apiVersion));
    if (found === undefined) throw new UnservedKindError(apiVersion, kind);
    return found;
  };
}

async function listResources(request: SendRequest, apiVersion: string): Promise<readonly ServedResource[]> {
  try {
    const list = resourceListSchema.parse(await request({ method: 'GET', path: basePath(apiVersion) }));
    return list.resources
      .filter(({ name }) => !name.includes('/'))
      .map(({ name, kind, namespaced }) => ({ apiVersion, kind, plural: name, namespaced }));
  } catch (error) {
    if (isRefusal(error, 'NotFound')) return [];
    throw error;
  }
}

/** Path of an apiVersion: the core group lies under `/api`, all others under `/apis`. */
export function basePath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
