/** A tenant's ETag is its generation: it changes with every wish, not with what comes of it (RFC 9110, section 8.8.3). */
import type { Request } from 'express';
import { InvalidInputError } from '../../tenancy/errors.ts';
import { HttpError } from './http-error.ts';

export function etagOf(generation: number): string {
  return `"${generation}"`;
}

/**
 * The generation that If-Match names; undefined without the header, or for `*`, which any generation matches.
 * @throws InvalidInputError when it is no ETag of a tenant
 */
export function ifMatch(request: Request): number | undefined {
  const header = request.get('If-Match')?.trim();
  if (header === undefined || header === '*') return undefined;
  const [, digits] = /^"([0-9]{1,9})"$/.exec(header) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new InvalidInputError([
    { field: 'If-Match', rule: 'must be the ETag that GET of the tenant answers, for example "3", or *' },
  ]);
}

/**
 * As ifMatch, for requests that would undo what the caller has not seen (RFC 6585, section 3).
 * @throws HttpError 428 without the header
 */
export function requireIfMatch(request: Request): number | undefined {
  if (request.get('If-Match') === undefined) {
    throw new HttpError(428, 'Send If-Match with the ETag that GET of the tenant answers.');
  }
  return ifMatch(request);
}

/** 412, with the ETag that would match now. */
export function stale(generation: number): HttpError {
  const detail = `The tenant was changed meanwhile and is at ${etagOf(generation)} now: read it again, then decide.`;
  return new HttpError(412, detail, { ETag: etagOf(generation) });
}
