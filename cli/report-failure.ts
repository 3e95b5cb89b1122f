import { CommanderError } from 'commander';
import { CommandError } from './command-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { toJson } from './json.ts';
import { paint, printable } from './terminal.ts';

/**
 * Writes a failure to standard error, as JSON when the caller wants JSON.
 * @returns the exit code
 */
export function reportFailure(error: unknown, options: { json: boolean }): ExitCode {
  // Commander has written its message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const exitCode = error instanceof CommandError ? error.exitCode : EXIT.failure;
  const message = error instanceof Error ? error.message : String(error);
  const problem = error instanceof CommandError ? error.problem : undefined;
  if (options.json) {
    process.stderr.write(`${toJson({ error: { message, exitCode, problem } })}\n`);
    return exitCode;
  }
  const fieldErrors = (problem?.errors ?? []).map(({ field, rule }) => `  ${field}: ${rule}`);
  const lines = [...message.split('\n'), ...fieldErrors].map(printable);
  process.stderr.write(`${paint('red', 'landlord:', process.stderr)} ${lines.join('\n')}\n`);
  return exitCode;
}
