/** What must be true of a resource's inputs before anything is done with them. */
import type { FieldProblem } from '../../tenancy/errors.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import { TENANT_LABEL } from '../../tenancy/names.ts';
import type { ServedResource } from './discovery.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { hasUnknown, plain } from './properties.ts';

/**
 * Every problem of the inputs: an object that has no name, stands in no namespace, or does not carry the
 * tenant's label could be made but never be proved ours.
 */
export function inputProblems(
  inputs: JsonObject,
  resource: ServedResource,
  tenantId: TenantId,
): FieldProblem[] {
  const metadata = objectAt(inputs, 'metadata');
  const label = plain(objectAt(metadata, 'labels')[TENANT_LABEL] ?? null);
  const problems: (FieldProblem | undefined)[] = [
    nameProblem('name', metadata.name),
    resource.namespaced ? nameProblem('namespace', metadata.namespace) : undefined,
    label === tenantId || (label !== null && hasUnknown(label))
      ? undefined
      : {
          field: `metadata.labels["${TENANT_LABEL}"]`,
          rule: `must be ${tenantId}, the tenant this run works for, and is ${label === null ? 'missing' : JSON.stringify(label)}`,
        },
  ];
  return problems.filter((problem) => problem !== undefined);
}

function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = plain(parent[key] ?? null);
  return isJsonObject(value) ? value : {};
}

function nameProblem(key: string, value: Json | undefined): FieldProblem | undefined {
  if (typeof value === 'string' && value !== '') return undefined;
  return { field: `metadata.${key}`, rule: 'must be given: names are not made up here' };
}
