import { escapeUnprintable } from './terminal.ts';

/** JSON on one line, or indented; characters that could move a terminal's cursor are written as \uXXXX. */
export function toJson(value: unknown, indent = 0): string {
  // JSON.stringify leaves C1 controls and direction marks as they are; its own newlines have to stay.
  return escapeUnprintable(JSON.stringify(value, null, indent), '\n');
}

/** Writes one indented JSON document to standard output. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${toJson(value, 2)}\n`);
}
