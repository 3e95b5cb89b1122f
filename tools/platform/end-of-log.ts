import { closeSync, openSync, readSync, statSync } from 'node:fs';

const TAIL_BYTES = 2_000;

/** A log file, and how long it was when the process started. */
export interface Log {
  readonly path: string;
  readonly start: number;
}

/** What a process wrote last, as the end of a sentence. */
export function endOfLog({ path, start }: Log): string {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= start) return `it wrote nothing to ${path}`;
  const tail = Buffer.alloc(Math.min(size - start, TAIL_BYTES));
  const file = openSync(path, 'r');
  readSync(file, tail, 0, tail.length, size - tail.length);
  closeSync(file);
  return `the end of ${path}:\n${tail.toString('utf8').trimEnd()}`;
}
