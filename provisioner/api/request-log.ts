/** One log line a request. It holds the route's pattern, never the address, a header or a body. */
import type { RequestHandler } from 'express';
import type { Logger } from 'winston';
import { requestIdOf } from './request-id.ts';

/** Logs method, route, status, milliseconds and request id once the answer is out, or the client is gone. */
export function logRequests(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    response.once('close', () => {
      logger.info('request', {
        method: request.method,
        route: request.route?.path ?? '(none)',
        status: response.statusCode,
        ms: Math.round(performance.now() - started),
        requestId: requestIdOf(response),
        ...(response.writableFinished ? {} : { aborted: true }),
      });
    });
    next();
  };
}
