/** One fault case from an open stage to its outcome. */
import type { Engines } from './engines.ts';
import type { FaultCase, Outcome } from './fault-case.ts';
import { findViolations } from './invariants.ts';
import { openStage } from './open-stage.ts';
import type { Random } from './random.ts';
import { secondsToSettle } from './settle.ts';

/** Runs it; what goes wrong is in the outcome. Afterwards every engine runs again. */
export async function runCase(fault: FaultCase, engines: Engines, random: Random): Promise<Outcome> {
  await engines.start();
  const stage = await openStage(random, true);
  const violations: string[] = [];
  let secondsToConverge: number | undefined;
  try {
    await fault.inject(stage, engines);
    if (stage.workers.length === 0) await stage.startWorker();
    secondsToConverge = await secondsToSettle(stage, fault.convergeMs);
    await fault.check?.(stage);
  } catch (error) {
    violations.push(describe(error), ...lastWords(stage.workers));
  }
  try {
    await engines.start();
    violations.push(...(await findViolations(stage)));
  } catch (error) {
    violations.push(`the invariants could not be checked: ${describe(error)}`);
  }
  await stage.close().catch((error: unknown) => violations.push(`cleaning up: ${describe(error)}`));
  return { row: fault.row, fault: fault.fault, violations, secondsToConverge, notes: stage.notes };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The ends of the workers' logs, for whoever looks into a failure. */
function lastWords(workers: readonly { readonly log: readonly string[] }[]): string[] {
  return workers.map(({ log }) => `a worker's log ends: ${log.slice(-5).join(' | ')}`);
}
