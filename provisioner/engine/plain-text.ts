/** Text of other programs, made fit for logs and terminals. */
import { stripVTControlCharacters } from 'node:util';

const MAX_LENGTH = 4_000;

/** Without escape sequences and control characters, on one line, and cut at a length that a row can hold. */
export function plainText(text: string): string {
  const line = stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
