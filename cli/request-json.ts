/** One request to the API: sent, timed, its answer parsed. */
import type { z } from 'zod';
import { problemSchema } from '../tenancy/tenant-view.ts';
import { CommandError } from './command-error.ts';
import type { Connection } from './connection.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

const TIMEOUT_MS = 15_000;

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, from `/v1` on. */
  readonly path: string;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  /** ETag of what the request may change. */
  readonly ifMatch?: string;
}

/** @throws CommandError when the API can't be reached, refuses, or answers what this command does not understand */
export async function requestJson<Schema extends z.ZodType>(
  connection: Connection,
  request: ApiRequest,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { response, body } = await exchange(connection, request);
  if (!response.ok) throw refusal(response, body);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CommandError(
    EXIT.failure,
    `${connection.url} does not answer like this version of Landlord: ${issue?.path.join('.')} ${issue?.message}`,
  );
}

async function exchange(connection: Connection, request: ApiRequest) {
  const { method, body, idempotencyKey, ifMatch } = request;
  const headers = new Headers({ Authorization: `Bearer ${connection.token}` });
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  if (idempotencyKey !== undefined) headers.set('Idempotency-Key', idempotencyKey);
  if (ifMatch !== undefined) headers.set('If-Match', ifMatch);
  try {
    const response = await fetch(new URL(request.path, connection.url), {
      method,
      headers,
      // The token goes to the address it was given for, and nowhere else.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { response, body: parseJson(await response.text()) };
  } catch (error) {
    throw unreachable(connection, error);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreachable(connection: Connection, error: unknown): CommandError {
  const { cause, message } = error as Error;
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : message;
  return new CommandError(
    EXIT.unreachable,
    `cannot reach the API at ${connection.url} (${reason}): "landlord status" tells what runs, "make up" starts it`,
    { cause: error },
  );
}

function refusal(response: Response, body: unknown): CommandError {
  const parsed = problemSchema.safeParse(body);
  const exitCode = exitCodeOf(response.status);
  if (!parsed.success)
    return new CommandError(exitCode, `the API answered ${response.status} without saying why`);
  const problem = parsed.data;
  const reference = referenceOf(response);
  return new CommandError(exitCode, `${problem.title}: ${problem.detail}${reference}`, { problem });
}

/** What helps to find out more: the address that is not there, or the request to look up in the API's log. */
function referenceOf({ status, url, headers }: Response): string {
  if (status === 404) return ` (${new URL(url).pathname})`;
  return status >= 500 ? ` (request ${headers.get('Request-Id')})` : '';
}

function exitCodeOf(status: number): ExitCode {
  if (status === 401 || status === 403) return EXIT.unauthorized;
  if (status === 404) return EXIT.notFound;
  if (status === 409 || status === 412 || status === 422) return EXIT.conflict;
  if (status === 503) return EXIT.unreachable;
  return status < 500 ? EXIT.usage : EXIT.failure;
}
