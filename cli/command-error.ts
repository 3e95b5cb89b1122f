import type { Problem } from '../tenancy/tenant-view.ts';
import type { ExitCode } from './exit-codes.ts';

/** A failure with an exit code of its own, told in words for people. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;
  /** The API's own words, when it was the API that refused. */
  readonly problem: Problem | undefined;
  constructor(exitCode: ExitCode, message: string, options: { cause?: unknown; problem?: Problem } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = exitCode;
    this.problem = options.problem;
  }
}
