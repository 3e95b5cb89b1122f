/** `GET /v1/operations/{id}` */
import type { RequestHandler } from 'express';
import type pg from 'pg';
import { NotFoundError } from '../../tenancy/errors.ts';
import { operationIdSchema } from '../../tenancy/ids.ts';
import { findOperation } from '../store/find-operation.ts';

export function showOperation(db: pg.Pool): RequestHandler {
  return async (request, response) => {
    const id = operationIdSchema.safeParse(request.params.id);
    const operation = id.success ? await findOperation(db, id.data) : undefined;
    if (operation === undefined) throw new NotFoundError('No operation has this id.');
    response.json(operation);
  };
}
