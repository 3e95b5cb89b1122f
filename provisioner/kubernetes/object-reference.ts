/** Where one Kubernetes object is, and what to call it. */
import { basePath, type ServedResource } from './discovery.ts';

export interface ObjectReference {
  readonly resource: ServedResource;
  /** Undefined for a kind that is not namespaced. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** The uid of the object that the state was made of, where there is a state: it is ours, label or not. */
  readonly recordedUid?: string | undefined;
}

/** `namespace/name`, or `name`: the id the official provider gives. */
export function objectId(object: { namespace?: string | undefined; name: string }): string {
  return object.namespace === undefined ? object.name : `${object.namespace}/${object.name}`;
}

/** The object a stored id points at. */
export function referenceOfId(resource: ServedResource, id: string): ObjectReference {
  const [first = '', second] = id.split('/');
  return second === undefined
    ? { resource, namespace: undefined, name: first }
    : { resource, namespace: first, name: second };
}

/** For people: `ConfigMap t-…/database`. */
export function describe(reference: ObjectReference): string {
  return `${reference.resource.kind} ${objectId(reference)}`;
}

/** Path of the collection an object belongs to. */
export function collectionPath({ resource, namespace }: Omit<ObjectReference, 'name'>): string {
  const parent = namespace === undefined ? '' : `/namespaces/${segment(namespace)}`;
  return `${basePath(resource.apiVersion)}${parent}/${resource.plural}`;
}

/**
 * @throws Error for a name that is no single path segment: an empty one would turn an object's path into its
 * whole collection's
 */
export function objectPath(reference: ObjectReference): string {
  return `${collectionPath(reference)}/${segment(reference.name)}`;
}

function segment(name: string): string {
  if (/^(\.{0,2})$|[/%]/.test(name)) throw new Error(`"${name}" can't be a Kubernetes object's name`);
  return encodeURIComponent(name);
}
