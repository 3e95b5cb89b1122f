/** Reads a JSON request body: bounded in bytes and depth, UTF-8 only, without keys that reach into prototypes. */
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { InvalidInputError } from '../../tenancy/errors.ts';
import { HttpError } from './http-error.ts';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_DEPTH = 8;

const requireJson: RequestHandler = (request, _response, next) => {
  const [mediaType = ''] = (request.get('Content-Type') ?? '').split(';');
  if (mediaType.trim().toLowerCase() !== 'application/json') {
    throw new HttpError(415, 'Send the body as Content-Type: application/json.', {
      Accept: 'application/json',
    });
  }
  next();
};

const readBytes = express.raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false });

/** What body-parser throws, in words of ours; its own could quote the request. */
const explainUnreadable: ErrorRequestHandler = (error, _request, _response, next) => {
  if (error?.type === 'entity.too.large') {
    next(new HttpError(413, `The body may have at most ${MAX_BODY_BYTES / 1024} kB.`));
  } else if (error?.type === 'encoding.unsupported') {
    next(new HttpError(415, 'Send the body without Content-Encoding.', { 'Accept-Encoding': 'identity' }));
  } else if (error?.type === 'request.aborted' || error?.type === 'request.size.invalid') {
    next(new HttpError(400, 'The body ended before its announced length.'));
  } else {
    next(error);
  }
};

const parse: RequestHandler = (request, _response, next) => {
  request.body = parseJson(request.body);
  next();
};

/** Leaves the parsed JSON in `request.body`; fails with 400, 413 or 415. */
export const jsonBody = [requireJson, readBytes, explainUnreadable, parse];

/** @throws InvalidInputError when the bytes are no JSON text (RFC 8259), or one that is not safe to handle */
export function parseJson(bytes: unknown): unknown {
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.isBuffer(bytes) ? bytes : undefined);
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, so it goes nowhere.
    throw invalidBody('must be JSON in UTF-8');
  }
  refuseUnsafe(value, 0);
  return value;
}

function refuseUnsafe(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth === MAX_DEPTH) throw invalidBody(`must not nest deeper than ${MAX_DEPTH} levels`);
  if (Object.hasOwn(value, '__proto__')) throw invalidBody('must not have a field named __proto__');
  for (const child of Object.values(value)) refuseUnsafe(child, depth + 1);
}

function invalidBody(rule: string): InvalidInputError {
  return new InvalidInputError([{ field: '(body)', rule }]);
}
