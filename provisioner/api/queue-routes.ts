/** The addresses of the queues. */
import type { Express } from 'express';
import { jsonBody } from './json-body.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import {
  dropDeadLetter,
  listDeadLetters,
  listQueues,
  type QueueDependencies,
  requeueDeadLetter,
} from './queues.ts';

export function addQueueRoutes(app: Express, dependencies: QueueDependencies): void {
  const readOnly = methodNotAllowed('GET', 'HEAD');
  const postOnly = methodNotAllowed('POST');
  app.route('/v1/queues').get(listQueues(dependencies)).all(readOnly);
  const deadLetters = '/v1/queues/:queue/dead-letters';
  app.route(deadLetters).get(listDeadLetters(dependencies)).all(readOnly);
  app.route(`${deadLetters}/:job/requeue`).post(jsonBody, requeueDeadLetter(dependencies)).all(postOnly);
  app.route(`${deadLetters}/:job/drop`).post(jsonBody, dropDeadLetter(dependencies)).all(postOnly);
}
