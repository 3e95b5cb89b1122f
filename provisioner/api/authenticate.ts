/** Bearer tokens (RFC 6750), compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { HttpError } from './http-error.ts';

const CALLER_HEX_DIGITS = 12;

/** Lets a request pass only with one of the API's tokens, and notes whose it is. */
export function authenticate(tokens: readonly string[]): RequestHandler {
  const accepted = tokens.map(sha256);
  return (request, response, next) => {
    const [, given] = /^Bearer ([\x21-\x7e]+)$/i.exec(request.get('Authorization') ?? '') ?? [];
    if (given === undefined) throw unauthorized('Bearer realm="landlord"');
    // Hashes have one length, so neither length nor prefix of the token shows in the time taken.
    const hash = sha256(given);
    if (!accepted.some((expected) => timingSafeEqual(hash, expected))) {
      throw unauthorized('Bearer realm="landlord", error="invalid_token"');
    }
    response.locals.caller = `api:${hash.toString('hex').slice(0, CALLER_HEX_DIGITS)}`;
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
