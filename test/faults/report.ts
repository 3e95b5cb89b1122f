/** What came of the cases, as a table for people and a last line that sums it up. */
import type { NotInjected, Outcome } from './fault-case.ts';

export function outcomeText({ violations, secondsToConverge }: Outcome): string {
  const safety = violations.length === 0 ? 'safe' : `${violations.length} VIOLATIONS`;
  return `${safety}, ${secondsToConverge === undefined ? 'DID NOT CONVERGE' : 'converged'}`;
}

export function isSurvived({ violations, secondsToConverge }: Outcome): boolean {
  return violations.length === 0 && secondsToConverge !== undefined;
}

/** Row, fault, outcome, seconds to converge. */
export function reportTable(outcomes: readonly Outcome[], notInjected: readonly NotInjected[]): string {
  const done = outcomes.map((outcome) => ({
    ...outcome,
    text: outcomeText(outcome),
    seconds: outcome.secondsToConverge?.toFixed(1) ?? '-',
  }));
  const skipped = notInjected.map((row) => ({ ...row, text: `not injected: ${row.because}`, seconds: '-' }));
  const rows = [...done, ...skipped].sort((a, b) => a.row - b.row);
  const width = Math.max(...rows.map(({ fault }) => fault.length), 'fault'.length);
  const line = (row: string, fault: string, seconds: string, text: string) =>
    `${row.padStart(3)}  ${fault.padEnd(width)}  ${seconds.padStart(7)}  ${text}\n`;
  return [
    line('row', 'fault', 'seconds', 'outcome'),
    ...rows.map(({ row, fault, text, seconds }) => line(`${row}`, fault, seconds, text)),
  ].join('');
}

export function summary(
  outcomes: readonly Outcome[],
  notInjected: readonly NotInjected[],
  seed: number,
): string {
  const survived = outcomes.filter(isSurvived).length;
  const failed = outcomes.length - survived;
  return `${survived} faults survived, ${failed} not, ${notInjected.length} not injected (seed ${seed})\n`;
}
