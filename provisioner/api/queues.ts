/** `/v1/queues`: what waits, and what failed for good. */
import type { Request, RequestHandler } from 'express';
import type pg from 'pg';
import { z } from 'zod';
import { ConflictError, NotFoundError } from '../../tenancy/errors.ts';
import { parseInput } from '../../tenancy/parse.ts';
import { type QueueName, queueNameSchema } from '../../tenancy/queue-view.ts';
import { reasonBodySchema } from '../../tenancy/wish.ts';
import type { Queues } from '../intake/queues.ts';
import { appendAudit } from '../store/append-audit.ts';
import { countOutbox } from '../store/count-outbox.ts';
import { callerOf } from './authenticate.ts';
import { requestIdOf } from './request-id.ts';

/** A job id may be chosen by whoever adds the job. */
const MAX_ID_LENGTH = 255;
const MAX_DEAD_LETTERS = 200;

export interface QueueDependencies {
  readonly db: pg.Pool;
  readonly queues: Queues;
}

/** `GET /v1/queues` */
export function listQueues({ db, queues }: QueueDependencies): RequestHandler {
  return async (_request, response) => {
    const [outbox, others] = await Promise.all([countOutbox(db), queues.overview()]);
    response.json({ items: [...others, outbox] });
  };
}

/** `GET /v1/queues/{queue}/dead-letters`: the latest ones. */
export function listDeadLetters({ queues }: QueueDependencies): RequestHandler {
  return async (request, response) => {
    response.json({ items: await queues.deadLetters(queueOf(request), MAX_DEAD_LETTERS) });
  };
}

/** `POST /v1/queues/{queue}/dead-letters/{id}/requeue`, with a reason. */
export function requeueDeadLetter(dependencies: QueueDependencies): RequestHandler {
  return mend(dependencies, 'requeue', 'requeued');
}

/** `POST /v1/queues/{queue}/dead-letters/{id}/drop`, with a reason. */
export function dropDeadLetter(dependencies: QueueDependencies): RequestHandler {
  return mend(dependencies, 'drop', 'dropped');
}

function mend(
  { db, queues }: QueueDependencies,
  verb: 'requeue' | 'drop',
  done: 'requeued' | 'dropped',
): RequestHandler {
  return async (request, response) => {
    const queue = queueOf(request);
    const id = jobIdOf(request);
    const { reason } = parseInput(reasonBodySchema, request.body);
    if (!(await queues.hasDeadLetter(queue, id))) throw noDeadLetter();
    // Before the change: two stores share no transaction, and nothing may go without a trace.
    await appendAudit(db, {
      actor: callerOf(response),
      action: `dead-letter.${verb}`,
      tenantId: null,
      requestId: requestIdOf(response),
      detail: { queue, jobId: id, reason },
    });
    if (!(await queues[verb](queue, id))) throw new ConflictError('the job is no dead letter any more');
    response.json({ queue, id, done });
  };
}

function jobIdOf(request: Request): string {
  const id = z.string().max(MAX_ID_LENGTH).safeParse(request.params.job);
  if (!id.success) throw noDeadLetter();
  return id.data;
}

const noDeadLetter = () => new NotFoundError('No dead letter has this id.');

function queueOf(request: Request): QueueName {
  const queue = queueNameSchema.safeParse(request.params.queue);
  if (!queue.success) throw new NotFoundError('No queue has this name.');
  return queue.data;
}
