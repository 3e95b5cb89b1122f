/** The one place that maps errors to HTTP answers (problem details, RFC 9457). Nothing internal gets out. */
import { STATUS_CODES } from 'node:http';
import type { Response } from 'express';
import {
  ConflictError,
  InvalidInputError,
  KeyReusedError,
  NotFoundError,
  WishRefusedError,
} from '../../tenancy/errors.ts';
import type { Problem } from '../../tenancy/tenant-view.ts';
import { QueuesUnavailableError } from '../intake/queues.ts';
import { isDatabaseUnavailable } from './database-unavailable.ts';
import { HttpError } from './http-error.ts';

export interface ProblemAnswer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

const RETRY_AFTER_SECONDS = '2';

/** The answer for an error; what it does not know becomes a 500 that says nothing of the cause. */
export function problemAnswer(error: unknown): ProblemAnswer {
  if (error instanceof InvalidInputError) {
    const detail = 'The request breaks the rules listed under errors.';
    return answer('invalid-input', 'Invalid input', 400, detail, { errors: [...error.problems] });
  }
  if (error instanceof NotFoundError || error instanceof URIError) return notFound();
  if (error instanceof ConflictError) return answer('conflict', 'Conflict', 409, error.message);
  if (error instanceof WishRefusedError) {
    const { message, state, allowed } = error;
    return answer('wish-refused', 'Not in this state', 409, message, { state, allowed });
  }
  if (error instanceof KeyReusedError) {
    return answer('key-reused', 'Idempotency key used before', 422, error.message);
  }
  if (error instanceof HttpError) return plain(error.status, error.message, error.headers);
  if (isDatabaseUnavailable(error)) {
    const detail =
      'The control database can not be reached now. Try again: the same Idempotency-Key never makes a second tenant.';
    return unavailable(detail);
  }
  if (error instanceof QueuesUnavailableError)
    return unavailable('The queues can not be reached now. Try again.');
  return plain(500, 'Landlord failed to answer. Its log tells why, under the Request-Id of this answer.');
}

/** Writes the problem, unless the answer has begun: then the connection is cut, so that no one takes it for whole. */
export function sendProblem(response: Response, { problem, headers }: ProblemAnswer): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.status(problem.status).set(headers).type('application/problem+json').send(JSON.stringify(problem));
}

/** A problem without a type of its own: the status says all (RFC 9457, section 4.2.1). */
export function plain(status: number, detail: string, headers: Record<string, string> = {}): ProblemAnswer {
  return {
    problem: { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail },
    headers,
  };
}

function unavailable(detail: string): ProblemAnswer {
  const { problem } = answer('unavailable', 'Temporarily unavailable', 503, detail);
  return { problem, headers: { 'Retry-After': RETRY_AFTER_SECONDS } };
}

/** One body for everything that is not there, so that it never tells an id that exists from one that doesn't. */
function notFound(): ProblemAnswer {
  return plain(404, 'Nothing is here, or nothing that this caller may see.');
}

function answer(
  type: string,
  title: string,
  status: number,
  detail: string,
  more: Readonly<Record<string, unknown>> = {},
): ProblemAnswer {
  return { problem: { type: `urn:landlord:problem:${type}`, title, status, detail, ...more }, headers: {} };
}
