/** `PUT` and `DELETE /v1/tenants/{id}/legal-hold`: what is held can't be deleted. */
import type { Request, RequestHandler } from 'express';
import type pg from 'pg';
import { ConflictError } from '../../tenancy/errors.ts';
import { parseInput } from '../../tenancy/parse.ts';
import { reasonBodySchema } from '../../tenancy/wish.ts';
import { acceptLegalHold } from '../intake/accept-legal-hold.ts';
import { callerOf } from './authenticate.ts';
import { requestIdOf } from './request-id.ts';
import { noTenant, sendTenant, tenantIdOf } from './tenant-of.ts';

/** The reason is the body's `reason`. */
export const putLegalHold = (db: pg.Pool) => setLegalHold(db, true, (request) => request.body);

/** The reason is the query's `reason`: a DELETE has no body. */
export const deleteLegalHold = (db: pg.Pool) => setLegalHold(db, false, (request) => request.query);

function setLegalHold(db: pg.Pool, isHeld: boolean, source: (request: Request) => unknown): RequestHandler {
  return async (request, response) => {
    const id = tenantIdOf(request);
    const { reason } = parseInput(reasonBodySchema, source(request));
    const change = { isHeld, reason, by: callerOf(response), requestId: requestIdOf(response) };
    const { result } = await acceptLegalHold(db, id, change);
    if (result === 'unknown') throw noTenant();
    if (result === 'too late') throw new ConflictError('the erasure of the tenant has begun');
    await sendTenant(db, id, response);
  };
}
