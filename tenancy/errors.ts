/**
 * The domain's errors. They know nothing of HTTP or queues; each edge maps them once.
 * `PermanentError` marks what no retry can mend.
 */

import type { TenantState, Wish } from './states.ts';

export interface FieldProblem {
  /** Path of the field, for example `slug`; `(body)` for the whole. */
  readonly field: string;
  /** The rule it broke, as a sentence's end: "must be …". */
  readonly rule: string;
}

/** Input that does not parse. Carries every problem, not only the first. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
  readonly problems: readonly FieldProblem[];
  constructor(problems: readonly FieldProblem[]) {
    super(problems.map((problem) => `${problem.field}: ${problem.rule}`).join('; '));
    this.problems = problems;
  }
}

/** What was asked for contradicts what exists, for example a slug that is taken. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** A wish that the tenant's state does not allow. */
export class WishRefusedError extends Error {
  override readonly name = 'WishRefusedError';
  readonly state: TenantState;
  /** What may be wished instead; may be empty. */
  readonly allowed: readonly Wish[];
  constructor(wish: Wish, state: TenantState, allowed: readonly Wish[]) {
    const way =
      allowed.length === 0 ? 'nothing more can be wished of it' : `allowed now: ${allowed.join(', ')}`;
    super(`the tenant is ${state}, which does not allow "${wish}"; ${way}`);
    this.state = state;
    this.allowed = allowed;
  }
}

/** An idempotency key used again with another body. */
export class KeyReusedError extends Error {
  override readonly name = 'KeyReusedError';
}

/** Nothing has that id. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}

/** The caller's lease on a tenant is no longer the current one: stop at once, change nothing. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/** A failure that no retry can mend; its message is for people and says what to do. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}
