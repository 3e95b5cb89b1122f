/** The HTTP API: which route answers which address, and what every answer carries. */
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import type pg from 'pg';
import type { Logger } from 'winston';
import { NotFoundError } from '../../tenancy/errors.ts';
import type { Authentication } from '../audit/authentication-log.ts';
import type { Queues } from '../intake/queues.ts';
import { auditAuthentication } from './audit-authentication.ts';
import { addAuditRoutes } from './audit-routes.ts';
import { authenticate } from './authenticate.ts';
import { createTenant } from './create-tenant.ts';
import { addDriftRoutes } from './drift-routes.ts';
import { healthy, readiness } from './health.ts';
import { jsonBody } from './json-body.ts';
import { addLifecycleRoutes } from './lifecycle-routes.ts';
import { listTenantOperations } from './list-operations.ts';
import { listTenantsPage } from './list-tenants.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { problemAnswer, sendProblem } from './problem.ts';
import { addQueueRoutes } from './queue-routes.ts';
import { assignRequestId, requestIdOf } from './request-id.ts';
import { logRequests } from './request-log.ts';
import { showOperation } from './show-operation.ts';

export interface AppDependencies {
  /** Pool on the control database, with a connection time-out. */
  readonly db: pg.Pool;
  /** Every `/v1` request must carry one of these Bearer tokens. */
  readonly tokens: readonly string[];
  readonly queues: Queues;
  /** Told of every token that was sent to `/v1`, or missing there. */
  readonly noteAuthentication: (authentication: Authentication) => void;
  /** Names what the API misses to do its work; an empty list when nothing. */
  readonly ready: () => Promise<string[]>;
  readonly logger: Logger;
}

/** The Express application; it listens on nothing by itself. */
export function createApp(dependencies: AppDependencies): express.Express {
  const { db, tokens, queues, noteAuthentication, ready, logger } = dependencies;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', false);
  app.use(assignRequestId, logRequests(logger), answerHeaders);

  const readOnly = methodNotAllowed('GET', 'HEAD');
  app.route('/healthz').get(healthy).all(readOnly);
  app.route('/readyz').get(readiness(ready)).all(readOnly);

  app.use('/v1', auditAuthentication(noteAuthentication), authenticate(tokens));
  app
    .route('/v1/tenants')
    .get(listTenantsPage(db))
    .post(jsonBody, createTenant(db))
    .all(methodNotAllowed('GET', 'HEAD', 'POST'));
  addLifecycleRoutes(app, db);
  addQueueRoutes(app, { db, queues });
  addAuditRoutes(app, db);
  addDriftRoutes(app, db);
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
