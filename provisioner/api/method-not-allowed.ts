import type { RequestHandler } from 'express';
import { HttpError } from './http-error.ts';

/** Refuses every method a route has no handler for, naming those it has (RFC 9110, section 15.5.6). */
export function methodNotAllowed(...allowed: string[]): RequestHandler {
  const allow = allowed.join(', ');
  return () => {
    throw new HttpError(405, `This address answers ${allow}.`, { Allow: allow });
  };
}
