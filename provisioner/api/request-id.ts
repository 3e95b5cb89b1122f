/** Every request gets an id of our own making, echoed as `Request-Id`; one sent from outside is not read. */
import type { RequestHandler, Response } from 'express';

export const assignRequestId: RequestHandler = (_request, response, next) => {
  const requestId = crypto.randomUUID();
  response.locals.requestId = requestId;
  response.set('Request-Id', requestId);
  next();
};

/** The id that assignRequestId gave to the request this response answers. */
export function requestIdOf(response: Response): string {
  return String(response.locals.requestId);
}
