/** Puts what runs in a tenant's namespace to rest, and wakes it again as it was. */
import { setTimeout as delay } from 'node:timers/promises';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { isRefusal } from './api-error.ts';
import { type Binding, read, WRITE_ATTEMPTS, WRITE_PAUSE_MS, write } from './binding.ts';
import type { ClusterConnection } from './connection.ts';
import { listObjects } from './items.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { describe, type ObjectReference, objectId } from './object-reference.ts';
import { hasNamespace } from './tenant-namespace.ts';
import { type Rest, WORKLOADS } from './workload.ts';

type Change = (workload: KubernetesObject) => JsonObject | undefined;

/**
 * Scales Deployments and StatefulSets to zero and suspends CronJobs and Jobs; each remembers on itself what it was.
 * What rests already is left as it is, so it may be run again at any time. A workload that is part of the tenant's stack
 * must follow the spec's target there, or leave its replicas out: else the next run takes it for drift.
 *
 * @throws PermanentError when the namespace is not the tenant's; ApiError; LeaseLostError
 */
export function suspendWorkloads(
  connection: ClusterConnection,
  spec: TenantSpec,
  leaseIsHeld: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  return changeWorkloads(
    { connection, tenantId: spec.id, leaseIsHeld },
    spec,
    (rest) => rest.suspend,
    signal,
  );
}

/**
 * Brings back what `suspendWorkloads` put to rest, and nothing else: what was at rest before stays so.
 *
 * @throws PermanentError when the namespace is not the tenant's, or what a workload remembers is no number; ApiError;
 * LeaseLostError
 */
export function resumeWorkloads(
  connection: ClusterConnection,
  spec: TenantSpec,
  leaseIsHeld: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  return changeWorkloads({ connection, tenantId: spec.id, leaseIsHeld }, spec, (rest) => rest.resume, signal);
}

/** The workloads that should rest and do not, as sentences. */
export async function workloadsAwake(connection: ClusterConnection, spec: TenantSpec): Promise<string[]> {
  const kinds = WORKLOADS.map(async (rest) => {
    const resource = await connection.findResource(rest.apiVersion, rest.kind);
    const workloads = await listObjects(connection, { resource, namespace: spec.namespace });
    const awake = workloads.filter((workload) => rest.suspend(workload) !== undefined);
    return awake.map((workload) => `${rest.kind} ${objectId(workload)} is not suspended`);
  });
  return (await Promise.all(kinds)).flat();
}

async function changeWorkloads(
  binding: Binding,
  spec: TenantSpec,
  choose: (rest: Rest) => Change,
  signal: AbortSignal,
): Promise<void> {
  if (!(await hasNamespace(binding, spec, signal))) return;
  const { namespace } = spec;
  for (const rest of WORKLOADS) {
    const resource = await binding.connection.findResource(rest.apiVersion, rest.kind);
    for (const workload of await listObjects(binding.connection, { resource, namespace }, signal)) {
      await changeWorkload(
        binding,
        { resource, namespace, name: workload.name },
        workload,
        choose(rest),
        signal,
      );
    }
  }
}

/** Writes onto exactly the version that was looked at, so that a count set meanwhile is the one remembered. */
async function changeWorkload(
  binding: Binding,
  reference: ObjectReference,
  seen: KubernetesObject,
  change: Change,
  signal: AbortSignal,
): Promise<void> {
  let workload: KubernetesObject | undefined = seen;
  for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt += 1) {
    const body = workload === undefined ? undefined : change(workload);
    if (workload === undefined || body === undefined) return;
    if (await patched(binding, reference, workload, body, signal)) return;
    await delay(WRITE_PAUSE_MS * attempt, undefined, { signal });
    workload = await read(binding, reference, signal);
  }
  throw new Error(
    `${describe(reference)} changed ${WRITE_ATTEMPTS} times between reading and writing: try again`,
  );
}

async function patched(
  binding: Binding,
  reference: ObjectReference,
  { uid, resourceVersion }: KubernetesObject,
  body: JsonObject,
  signal: AbortSignal,
): Promise<boolean> {
  const metadata = { ...(isJsonObject(body.metadata) ? body.metadata : {}), uid, resourceVersion };
  const contentType = 'application/merge-patch+json';
  try {
    await write(binding, reference, { method: 'PATCH', contentType, body: { ...body, metadata }, signal });
    return true;
  } catch (error) {
    if (isRefusal(error, 'NotFound')) return true;
    if (isRefusal(error, 'Conflict')) return false;
    throw error;
  }
}
