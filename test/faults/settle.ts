/** Liveness: everything accepted comes to rest. */
import { eventually } from '../support/eventually.ts';
import type { Stage } from './stage.ts';
import { tenantsOf } from './tenants-of.ts';

/** Waits until nothing is left to do for any tenant. @throws naming those that did not settle in time */
export async function settle(stage: Stage, timeoutMs: number): Promise<void> {
  await eventually(
    async () => {
      const waiting = (await tenantsOf(stage)).filter((tenant) => !tenant.isSettled);
      if (waiting.length === 0) return true;
      const named = waiting
        .slice(0, 3)
        .map(({ id, state, reason }) => `${id} is ${state} (${reason ?? 'no reason'})`);
      throw new Error(`${waiting.length} tenants are not settled: ${named.join('; ')}`);
    },
    { timeoutMs },
  );
}

/** The seconds that settling took. */
export async function secondsToSettle(stage: Stage, timeoutMs: number): Promise<number> {
  const start = performance.now();
  await settle(stage, timeoutMs);
  return (performance.now() - start) / 1_000;
}
