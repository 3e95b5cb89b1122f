/** What runs pods, and how it is put to rest: a merge patch that remembers what to go back to. Pure. */
import { PermanentError } from '../../tenancy/errors.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { objectId } from './object-reference.ts';

/** Remembers the replicas a workload had before its tenant was suspended. */
export const REPLICAS_ANNOTATION = 'landlord.dev/replicas-before-suspension';
/** Marks a job that runs again when its tenant is resumed: it was not suspended before. */
export const SUSPENDED_ANNOTATION = 'landlord.dev/suspended-with-tenant';

/** How one kind of workload rests and wakes; undefined where there is nothing to do. */
export interface Rest {
  readonly apiVersion: string;
  readonly kind: string;
  suspend(workload: KubernetesObject): JsonObject | undefined;
  resume(workload: KubernetesObject): JsonObject | undefined;
}

const scaled = { suspend: scaleToZero, resume: scaleBack };
const paused = { suspend: pause, resume: unpause };

/** Pods without a controller, and those of a DaemonSet, stay: only their owner knows how to bring them back. */
export const WORKLOADS: readonly Rest[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment', ...scaled },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', ...scaled },
  { apiVersion: 'batch/v1', kind: 'CronJob', ...paused },
  { apiVersion: 'batch/v1', kind: 'Job', ...paused },
];

function scaleToZero(workload: KubernetesObject): JsonObject | undefined {
  const { replicas = 1 } = member(workload.json, 'spec');
  return replicas === 0 ? undefined : patch({ replicas: 0 }, REPLICAS_ANNOTATION, String(replicas));
}

function scaleBack(workload: KubernetesObject): JsonObject | undefined {
  const remembered = annotation(workload, REPLICAS_ANNOTATION);
  if (remembered === undefined) return undefined;
  const { replicas } = member(workload.json, 'spec');
  const wanted = replicas === 0 ? { replicas: wholeNumber(workload, remembered) } : {};
  return patch(wanted, REPLICAS_ANNOTATION, null);
}

function pause(workload: KubernetesObject): JsonObject | undefined {
  const { suspend } = member(workload.json, 'spec');
  if (suspend === true || isFinished(workload)) return undefined;
  return patch({ suspend: true }, SUSPENDED_ANNOTATION, 'true');
}

function unpause(workload: KubernetesObject): JsonObject | undefined {
  if (annotation(workload, SUSPENDED_ANNOTATION) === undefined) return undefined;
  return patch({ suspend: false }, SUSPENDED_ANNOTATION, null);
}

function patch(spec: JsonObject, name: string, value: string | null): JsonObject {
  return { metadata: { annotations: { [name]: value } }, spec };
}

/** Whether a Job has ended; its condition says how. Source: batch/v1, JobStatus. */
function isFinished({ json }: KubernetesObject): boolean {
  const { conditions } = member(json, 'status');
  const ends = ['Complete', 'Failed'];
  const isEnd = (condition: Json) =>
    isJsonObject(condition) && ends.includes(String(condition.type)) && condition.status === 'True';
  return Array.isArray(conditions) && conditions.some(isEnd);
}

function wholeNumber(workload: KubernetesObject, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new PermanentError(
    `${workload.json.kind} ${objectId(workload)} can't be scaled back: its annotation ${REPLICAS_ANNOTATION} is ` +
      `"${text}". Set it to the number of replicas it should have`,
  );
}

function annotation({ json }: KubernetesObject, name: string): string | undefined {
  const value = member(member(json, 'metadata'), 'annotations')[name];
  return typeof value === 'string' ? value : undefined;
}

function member(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  return isJsonObject(value) ? value : {};
}
