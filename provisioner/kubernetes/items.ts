/** The objects of one kind, read page by page. */
import { z } from 'zod';
import type { ClusterConnection } from './connection.ts';
import type { ServedResource } from './discovery.ts';
import type { JsonObject } from './json.ts';
import { type KubernetesObject, parseObject } from './kubernetes-object.ts';
import { collectionPath } from './object-reference.ts';

const PAGE = '500';

/** A list of the API machinery (meta/v1): its items carry neither apiVersion nor kind. */
const pageSchema = z.looseObject({
  metadata: z.looseObject({ continue: z.string().default('') }).default({ continue: '' }),
  items: z.array(z.looseObject({})),
});

export interface Collection {
  readonly resource: ServedResource;
  /** Undefined for a kind that is not namespaced, or for all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
}

/**
 * All objects of a collection.
 *
 * @throws ApiError, among them Expired when the listing took so long that its later pages are no more
 */
export async function listObjects(
  connection: ClusterConnection,
  { resource, namespace, labelSelector = '' }: Collection,
  signal?: AbortSignal,
): Promise<KubernetesObject[]> {
  const path = collectionPath({ resource, namespace });
  const { apiVersion, kind } = resource;
  const objects: KubernetesObject[] = [];
  for (let next = ''; ; ) {
    const query = { limit: PAGE, labelSelector, ...(next === '' ? {} : { continue: next }) };
    const page = pageSchema.parse(await connection.request({ method: 'GET', path, query, signal }));
    for (const item of page.items) objects.push(parseObject({ ...(item as JsonObject), apiVersion, kind }));
    next = page.metadata.continue;
    if (next === '') return objects;
  }
}
