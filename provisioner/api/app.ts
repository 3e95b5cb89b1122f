/** The HTTP API: which route answers which address, and what every answer carries. */
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import type pg from 'pg';
import type { Logger } from 'winston';
import { NotFoundError } from '../../tenancy/errors.ts';
import { authenticate } from './authenticate.ts';
import { createTenant } from './create-tenant.ts';
import { healthy, readiness } from './health.ts';
import { jsonBody } from './json-body.ts';
import { listTenantOperations } from './list-operations.ts';
import { listTenantsPage } from './list-tenants.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { problemAnswer, sendProblem } from './problem.ts';
import { assignRequestId, requestIdOf } from './request-id.ts';
import { logRequests } from './request-log.ts';
import { showOperation } from './show-operation.ts';
import { showTenant } from './show-tenant.ts';

export interface AppDependencies {
  /** Pool on the control database, with a connection time-out. */
  readonly db: pg.Pool;
  /** The Bearer token that every `/v1` request must carry. */
  readonly token: string;
  /** Names what the API misses to do its work; an empty list when nothing. */
  readonly ready: () => Promise<string[]>;
  readonly logger: Logger;
}

/** The Express application; it listens on nothing by itself. */
export function createApp({ db, token, ready, logger }: AppDependencies): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', false);
  app.use(assignRequestId, logRequests(logger), answerHeaders);

  const readOnly = methodNotAllowed('GET', 'HEAD');
  app.route('/healthz').get(healthy).all(readOnly);
  app.route('/readyz').get(readiness(ready)).all(readOnly);

  app.use('/v1', authenticate(token));
  app
    .route('/v1/tenants')
    .get(listTenantsPage(db))
    .post(jsonBody, createTenant(db))
    .all(methodNotAllowed('GET', 'HEAD', 'POST'));
  app.route('/v1/tenants/:id').get(showTenant(db)).all(readOnly);
  app.route('/v1/tenants/:id/operations').get(listTenantOperations(db)).all(readOnly);
  app.route('/v1/operations/:id').get(showOperation(db)).all(readOnly);

  app.use(() => {
    throw new NotFoundError('No route has this address.');
  });
  app.use(answerErrors(logger));
  return app;
}

const answerHeaders: RequestHandler = (_request, response, next) => {
  response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  next();
};

function answerErrors(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error, _request, response, _next) => {
    const answer = problemAnswer(error);
    if (answer.problem.status >= 500) {
      const cause = error instanceof Error ? error.stack : String(error);
      logger.error('request failed', { requestId: requestIdOf(response), error: cause });
    }
    sendProblem(response, answer);
  };
}
