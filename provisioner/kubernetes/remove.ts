import { setTimeout as delay } from 'node:timers/promises';
import { isRefusal } from './api-error.ts';
import { type Binding, read, WRITE_ATTEMPTS, WRITE_PAUSE_MS, write } from './binding.ts';
import { isJsonObject } from './json.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { describe, type ObjectReference } from './object-reference.ts';
import { assertOwned } from './ownership.ts';

const FIRST_POLL_MS = 20;
const LONGEST_POLL_MS = 1_000;

/**
 * Deletes this tenant's object and waits until it is really gone; one that is not there is gone already.
 *
 * @param timeoutMs how long to wait for finalizers
 * @throws Error naming object and owner when it is foreign; naming the finalizers that hold it when the time is
 * up; ApiError; LeaseLostError
 */
export async function removeObject(
  binding: Binding,
  reference: ObjectReference,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt += 1) {
    const live = await read(binding, reference, signal);
    if (live === undefined) return;
    assertOwned(reference, live, binding.tenantId);
    if (live.deletionTimestamp !== undefined || (await askToDelete(binding, reference, live, signal))) {
      return waitUntilGone(binding, reference, live, timeoutMs, signal);
    }
    await delay(WRITE_PAUSE_MS * attempt, undefined, { signal });
  }
  throw new Error(
    `${describe(reference)} changed ${WRITE_ATTEMPTS} times between reading and deleting: try again`,
  );
}

/** Whether the deletion of exactly this version was taken up; false when the object has changed since. */
async function askToDelete(
  binding: Binding,
  reference: ObjectReference,
  { uid, resourceVersion }: KubernetesObject,
  signal: AbortSignal,
): Promise<boolean> {
  const body = { preconditions: { uid, resourceVersion }, propagationPolicy: 'Background' };
  try {
    await write(binding, reference, { method: 'DELETE', body, signal });
    return true;
  } catch (error) {
    if (isRefusal(error, 'NotFound')) return true;
    if (isRefusal(error, 'Conflict')) return false;
    throw error;
  }
}

async function waitUntilGone(
  binding: Binding,
  reference: ObjectReference,
  deleted: KubernetesObject,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 2, LONGEST_POLL_MS)) {
    const live = await read(binding, reference, signal);
    if (live === undefined || live.uid !== deleted.uid) return;
    if (Date.now() >= deadline) throw stillThere(reference, live, timeoutMs);
    await delay(pause, undefined, { signal });
  }
}

function stillThere(reference: ObjectReference, live: KubernetesObject, timeoutMs: number): Error {
  const holders = [...live.finalizers, ...namespaceFinalizers(live)];
  const why = holders.length > 0 ? `finalizers ${holders.join(', ')} hold it` : 'no finalizer is set on it';
  const details = namespaceConditions(live).map((message) => `; ${message}`);
  return new Error(
    `${describe(reference)} is still there ${timeoutMs / 1000} s after its deletion: ${why}${details.join('')}`,
  );
}

/** A namespace's own finalizers, which stand in its spec. */
function namespaceFinalizers({ json }: KubernetesObject): string[] {
  const finalizers = json.kind === 'Namespace' && isJsonObject(json.spec) ? json.spec.finalizers : [];
  return Array.isArray(finalizers) ? finalizers.map(String) : [];
}

/** What the namespace controller says is left, for example `Some resources are remaining: …`. */
function namespaceConditions({ json }: KubernetesObject): string[] {
  const conditions = json.kind === 'Namespace' && isJsonObject(json.status) ? json.status.conditions : [];
  if (!Array.isArray(conditions)) return [];
  return conditions.flatMap((condition) =>
    isJsonObject(condition) && condition.status === 'True' ? [String(condition.message)] : [],
  );
}
