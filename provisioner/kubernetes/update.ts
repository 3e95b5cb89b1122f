import { setTimeout as delay } from 'node:timers/promises';
import { applyUnlessChanged, type ExpectedVersion, NO_OBJECT_YET } from './apply.ts';
import { type Binding, read, WRITE_ATTEMPTS, WRITE_PAUSE_MS } from './binding.ts';
import type { JsonObject } from './json.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { describe, type ObjectReference } from './object-reference.ts';
import { assertNotTerminating, assertOwned } from './ownership.ts';
import { removeForeignFields } from './replace.ts';

/**
 * Brings this tenant's object to what is desired; makes it again where somebody deleted it. Each attempt looks
 * at the object first and writes onto exactly what it saw, so a change made meanwhile is never overwritten
 * unseen (a quota's status alone changes with every object counted).
 *
 * @throws as createObject; Error when the object never stood still
 */
export async function updateObject(
  binding: Binding,
  reference: ObjectReference,
  desired: JsonObject,
  signal: AbortSignal,
): Promise<KubernetesObject> {
  for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt += 1) {
    const expected = await versionToChange(binding, reference, signal);
    const applied = await applyUnlessChanged(binding, reference, desired, expected, signal);
    const written = applied && (await removeForeignFields(binding, reference, desired, applied, signal));
    if (written !== undefined) return written;
    await delay(WRITE_PAUSE_MS * attempt, undefined, { signal });
  }
  throw new Error(
    `${describe(reference)} changed ${WRITE_ATTEMPTS} times between reading and writing: ` +
      'somebody writes it all the time (its metadata.managedFields name the writers)',
  );
}

async function versionToChange(
  binding: Binding,
  reference: ObjectReference,
  signal: AbortSignal,
): Promise<ExpectedVersion> {
  const live = await read(binding, reference, signal);
  if (live === undefined) return NO_OBJECT_YET;
  assertOwned(reference, live, binding.tenantId);
  assertNotTerminating(reference, live);
  return { uid: live.uid, resourceVersion: live.resourceVersion };
}
