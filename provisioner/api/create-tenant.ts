/** `POST /v1/tenants`: a signup by HTTP, accepted once it is in the control database. */
import type { Request, RequestHandler } from 'express';
import type pg from 'pg';
import { z } from 'zod';
import { type FieldProblem, InvalidInputError } from '../../tenancy/errors.ts';
import { parseInput } from '../../tenancy/parse.ts';
import { idempotencyKeySchema, type SignupBody, signupBodySchema } from '../../tenancy/signup.ts';
import { acceptSignup } from '../intake/accept-signup.ts';
import { callerOf } from './authenticate.ts';
import { requestIdOf } from './request-id.ts';

const headersSchema = z.object({
  'Idempotency-Key': z
    .string('is required: send a fresh value with every new signup, for example a UUID')
    .pipe(idempotencyKeySchema),
});

export function createTenant(db: pg.Pool): RequestHandler {
  return async (request, response) => {
    const { idempotencyKey, body } = readSignup(request);
    const accepted = await acceptSignup(db, {
      caller: callerOf(response),
      idempotencyKey,
      body,
      requestId: requestIdOf(response),
    });
    response.status(202).location(`/v1/tenants/${accepted.tenantId}`).json(accepted);
  };
}

/** @throws InvalidInputError with the problems of header and body together */
function readSignup(request: Request): { idempotencyKey: string; body: SignupBody } {
  const problems: FieldProblem[] = [];
  const headers = collectProblems(problems, () =>
    parseInput(headersSchema, { 'Idempotency-Key': request.get('Idempotency-Key') }),
  );
  const body = collectProblems(problems, () => parseInput(signupBodySchema, request.body));
  if (headers === undefined || body === undefined) throw new InvalidInputError(problems);
  return { idempotencyKey: headers['Idempotency-Key'], body };
}

function collectProblems<Value>(problems: FieldProblem[], parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
