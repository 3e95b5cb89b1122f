/** The Bearer token (RFC 6750), compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { HttpError } from './http-error.ts';

const CALLER_HEX_DIGITS = 12;

/** Lets a request pass only with the API's token, and notes who calls. */
export function authenticate(token: string): RequestHandler {
  const expected = sha256(token);
  const caller = `api:${expected.toString('hex').slice(0, CALLER_HEX_DIGITS)}`;
  return (request, response, next) => {
    const [, given] = /^Bearer ([\x21-\x7e]+)$/i.exec(request.get('Authorization') ?? '') ?? [];
    if (given === undefined) throw unauthorized('Bearer realm="landlord"');
    // Hashes have one length, so neither length nor prefix of the token shows in the time taken.
    if (!timingSafeEqual(sha256(given), expected)) {
      throw unauthorized('Bearer realm="landlord", error="invalid_token"');
    }
    response.locals.caller = caller;
    next();
  };
}

/** Who authenticate let in: the scope of idempotency keys, and the audit trail's actor. */
export function callerOf(response: Response): string {
  return String(response.locals.caller);
}

function unauthorized(challenge: string): HttpError {
  return new HttpError(401, 'Send the API token as "Authorization: Bearer TOKEN".', {
    'WWW-Authenticate': challenge,
  });
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
