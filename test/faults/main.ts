/**
 * `make faults`: every row of docs/faults.md on real engines, one after another. SEED repeats a run, ROW runs one row (or
 * several: `ROW=1,3`). The last line sums it up; it ends with 1 when a fault was not survived.
 */
import { startEngines } from '../runner/throw-away-platform.ts';
import { withRunArea } from '../runner/with-run-area.ts';
import { CASES, NOT_INJECTED } from './cases/catalogue.ts';
import { openEngines } from './engines.ts';
import type { Outcome } from './fault-case.ts';
import { seededRandom } from './random.ts';
import { isSurvived, outcomeText, reportTable, summary } from './report.ts';
import { runCase } from './run-case.ts';

const seed = Number(process.env.SEED || Math.floor(Math.random() * 2 ** 31));
const rows = process.env.ROW ? process.env.ROW.split(',').map(Number) : undefined;
const isWanted = ({ row }: { readonly row: number }) => rows === undefined || rows.includes(row);
const print = (text: string) => process.stdout.write(text);

print(`Seed ${seed}: SEED=${seed} repeats this run.\n`);
const outcomes: Outcome[] = [];
await withRunArea(async (area) => {
  Object.assign(process.env, await startEngines(area.platform), {
    TMPDIR: area.temporary,
    LANDLORD_TEST_RUN: area.directory,
  });
  const engines = await openEngines(area.platform);
  for (const fault of CASES.filter(isWanted)) {
    // Each row draws from a sequence of its own, so that it is the same when it is run alone.
    const outcome = await runCase(fault, engines, seededRandom(seed + fault.row));
    outcomes.push(outcome);
    print(`${fault.row} ${fault.fault}: ${outcomeText(outcome)}\n`);
    for (const note of outcome.notes) print(`    note: ${note}\n`);
    for (const violation of outcome.violations) print(`    ${violation}\n`);
  }
});
const notInjected = NOT_INJECTED.filter(isWanted);
print(`\n${reportTable(outcomes, notInjected)}\n${summary(outcomes, notInjected, seed)}`);
process.exitCode = outcomes.length > 0 && outcomes.every(isSurvived) ? 0 : 1;
