/** Who wrote which fields of an object, by the server's own record. Source: Kubernetes, "Server-Side Apply", FieldsV1. */
import { z } from 'zod';
import { FIELD_MANAGER } from './checkpoint.ts';
import { memberPath } from './difference.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

const metadataSchema = z.looseObject({
  managedFields: z
    .array(
      z.looseObject({
        manager: z.string().default(''),
        operation: z.string().default(''),
        subresource: z.string().default(''),
        fieldsV1: z.custom<JsonObject>((value) => isJsonObject(value as Json)).default({}),
      }),
    )
    .default([]),
});
type Entry = z.infer<typeof metadataSchema>['managedFields'][number];

/**
 * What holds a tenant in its bounds, and nobody else fills in a part of: a field too many opens a way out (an
 * `ingress: [{}]` in the policy that denies all). Of other kinds, controllers fill in fields by right.
 */
const GUARDS: ReadonlySet<string> = new Set([
  'networking.k8s.io/v1 NetworkPolicy',
  'rbac.authorization.k8s.io/v1 Role',
  'rbac.authorization.k8s.io/v1 RoleBinding',
  'v1 ResourceQuota',
  'v1 LimitRange',
]);

/** Paths in a guard that others wrote and we did not; metadata and subresources (a quota's status) are free. */
export function foreignFields({ json }: KubernetesObject): string[] {
  if (!GUARDS.has(`${json.apiVersion} ${json.kind}`)) return [];
  const entries = entriesOf(json).filter(({ subresource }) => subresource === '');
  const own = entries.find(isOurs)?.fieldsV1 ?? {};
  const foreign = entries.filter((entry) => !isOurs(entry));
  const paths = foreign.flatMap(({ fieldsV1: { 'f:metadata': _free, ...fields } }) =>
    beyond('', fields, own),
  );
  return [...new Set(paths)];
}

/** The fields of an object that our last apply wrote; undefined for an object we never applied. */
export function ownFields({ json }: KubernetesObject): JsonObject | undefined {
  const own = entriesOf(json).find(isOurs);
  return own === undefined ? undefined : (picked(json, own.fieldsV1) as JsonObject);
}

function entriesOf(json: JsonObject): readonly Entry[] {
  return metadataSchema.parse(json.metadata).managedFields;
}

function isOurs({ manager, operation, subresource }: Entry): boolean {
  return manager === FIELD_MANAGER && operation === 'Apply' && subresource === '';
}

function beyond(path: string, fields: JsonObject, own: JsonObject): string[] {
  return Object.entries(fields).flatMap(([key, value]) => {
    if (!key.startsWith('f:')) return own[key] === undefined && key !== '.' ? [path] : [];
    const member = memberPath(path, key.slice(2));
    const ours = own[key];
    return isJsonObject(ours) ? beyond(member, value as JsonObject, ours) : [member];
  });
}

/** What lies under the named fields; a list, whose items are named by their contents, is taken whole. */
function picked(value: Json, fields: JsonObject): Json {
  const names = Object.keys(fields).filter((key) => key.startsWith('f:'));
  if (!isJsonObject(value) || names.length === 0) return value;
  const entries = names.flatMap((key): [string, Json][] => {
    const member = value[key.slice(2)];
    return member === undefined ? [] : [[key.slice(2), picked(member, fields[key] as JsonObject)]];
  });
  return Object.fromEntries(entries);
}
