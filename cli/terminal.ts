/** What may reach a terminal: colours of ours, and nothing a tenant's name could smuggle in. */
import { styleText } from 'node:util';

export type Style = Extract<Parameters<typeof styleText>[0], string>;

/** Controls (ANSI escapes start with one), format characters (direction marks), separators, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The text with everything that is not plainly printable taken out. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '');
}

/** The text with everything that is not plainly printable written as \uXXXX, except the characters of `keep`. */
export function escapeUnprintable(text: string, keep: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    keep.includes(character) ? character : escaped(character),
  );
}

/** Coloured when the stream is a terminal and NO_COLOR is unset. */
export function paint(
  style: Style | undefined,
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  return style === undefined ? text : styleText(style, text, { stream });
}

/** Writes one line to standard output. */
export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
