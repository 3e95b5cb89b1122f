import type { RequestHandler } from 'express';
import type { Authentication } from '../audit/authentication-log.ts';
import { callerOf } from './authenticate.ts';
import { requestIdOf } from './request-id.ts';

/** Notes, once a request is answered, whether its token was accepted. Stands before authenticate. */
export function auditAuthentication(note: (authentication: Authentication) => void): RequestHandler {
  return (request, response, next) => {
    const address = request.socket.remoteAddress ?? 'unknown';
    response.once('close', () => {
      const from = { address, requestId: requestIdOf(response) };
      if (response.statusCode !== 401)
        return note({ outcome: 'accepted', actor: callerOf(response), ...from });
      const wasGiven = response.get('WWW-Authenticate')?.includes('invalid_token');
      const reason = wasGiven ? 'wrong token' : 'no token';
      return note({ outcome: 'refused', actor: 'anonymous', reason, ...from });
    });
    next();
  };
}
