/** Options that several commands share. */
import { InvalidArgumentError } from 'commander';

/** A positive number of seconds. @throws InvalidArgumentError */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 86_400))
    throw new InvalidArgumentError('It must be a number of seconds up to 86400.');
  return seconds;
}

/** Help text that lists example command lines. */
export function examples(...lines: string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  $ ${line}`)].join('\n');
}
