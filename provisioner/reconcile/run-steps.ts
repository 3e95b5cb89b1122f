/** Runs the catalogue for one tenant: forwards and verified, or backwards. */
import { setTimeout as delay } from 'node:timers/promises';
import { PermanentError } from '../../tenancy/errors.ts';
import type { Realised } from '../store/mark-ready.ts';
import type { LeasedTenant } from '../store/take-lease.ts';
import { journalled } from './journal.ts';
import type { Reconciler } from './reconciler.ts';
import type { Catalogue, StepContext } from './step.ts';

/** How long what was applied may take to show, such as a quota's `status.hard`. */
const VERIFY_MS = 15_000;
const VERIFY_PAUSES_MS = { first: 10, longest: 500 };

/** Undoes every step, the last stage first. @throws what a step throws, once its stage has ended */
export async function eraseTenant(
  { db, catalogue }: Reconciler,
  tenant: LeasedTenant,
  context: StepContext,
): Promise<void> {
  for (const stage of catalogue.toReversed()) {
    await allSettled(
      stage.map((step) => journalled(db, tenant, `erase ${step.name}`, () => step.undo(context))),
    );
  }
}

/**
 * Applies every step and waits until all of them verify.
 * @throws what a step throws, once its stage has ended; Error with the problems that did not go away
 */
export async function realiseTenant(
  { db, catalogue }: Reconciler,
  tenant: LeasedTenant,
  context: StepContext,
): Promise<Realised> {
  let realised: Partial<Realised> = {};
  for (const stage of catalogue) {
    const applied = await allSettled(
      stage.map((step) => journalled(db, tenant, step.name, () => step.apply(context))),
    );
    realised = Object.assign({}, realised, ...applied);
  }
  await journalled(db, tenant, 'verify', () => verifyUntilSound(catalogue, context));
  const { schemaVersion, stackState } = realised;
  if (schemaVersion === undefined || stackState === undefined) {
    throw new PermanentError('the catalogue of steps makes no schema or no stack: mend the catalogue');
  }
  return { schemaVersion, stackState };
}

/** All results, or the first error once every one has ended: no step is left running unattended. */
async function allSettled<Result>(running: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(running);
  return Promise.all(running);
}

async function verifyUntilSound(catalogue: Catalogue, context: StepContext): Promise<void> {
  const deadline = performance.now() + VERIFY_MS;
  let pause = VERIFY_PAUSES_MS.first;
  for (;;) {
    const problems = await Promise.all(catalogue.flat().map((step) => step.verify(context)));
    if (problems.flat().length === 0) return;
    if (performance.now() > deadline) throw new Error(problems.flat().join('; '));
    await delay(pause, undefined, { signal: context.signal });
    pause = Math.min(pause * 2, VERIFY_PAUSES_MS.longest);
  }
}
