/** Wishes over HTTP: every one is answered 202 with its operation, or told why it is not taken. */
import type { Request, RequestHandler } from 'express';
import type pg from 'pg';
import { z } from 'zod';
import { ConflictError, WishRefusedError } from '../../tenancy/errors.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import { parseInput } from '../../tenancy/parse.ts';
import { overridesSchema } from '../../tenancy/plans.ts';
import type { Wish } from '../../tenancy/states.ts';
import { graceHoursSchema, tenantPatchSchema, type WishAccepted } from '../../tenancy/wish.ts';
import { acceptWish } from '../intake/accept-wish.ts';
import type { WishChange, WishChanged } from '../store/change-wish.ts';
import { callerOf } from './authenticate.ts';
import { etagOf, ifMatch, requireIfMatch, stale } from './etag.ts';
import { requestIdOf } from './request-id.ts';
import { noTenant, tenantIdOf } from './tenant-of.ts';

type Asked = Omit<WishChange, 'by' | 'ifGeneration'>;

const deletionQuerySchema = z.strictObject({ graceHours: graceHoursSchema.optional() });

/** `PATCH /v1/tenants/{id}` */
export const patchTenant = (db: pg.Pool) =>
  takeWish(db, requireIfMatch, ({ body }) => ({ wish: 'update', ...parseInput(tenantPatchSchema, body) }));

/** `PUT /v1/tenants/{id}/overrides`: all overrides the tenant has from now on. */
export const putOverrides = (db: pg.Pool) =>
  takeWish(db, requireIfMatch, ({ body }) => ({
    wish: 'update',
    overrides: parseInput(overridesSchema, body),
  }));

/** `DELETE /v1/tenants/{id}?graceHours=` */
export const deleteTenant = (db: pg.Pool) =>
  takeWish(db, ifMatch, ({ query }) => ({ wish: 'delete', ...parseInput(deletionQuerySchema, query) }));

/** `POST /v1/tenants/{id}/{wish}`, for wishes that need no more than their name. */
export const postWish = (db: pg.Pool, wish: Wish) => takeWish(db, ifMatch, () => ({ wish }));

function takeWish(
  db: pg.Pool,
  seen: (request: Request) => number | undefined,
  read: (request: Request) => Asked,
): RequestHandler {
  return async (request, response) => {
    const tenantId = tenantIdOf(request);
    const ifGeneration = seen(request);
    const change = { ...read(request), by: callerOf(response), ifGeneration };
    const changed = await acceptWish(db, tenantId, change, requestIdOf(response));
    const accepted = acceptedOr(tenantId, change.wish, changed);
    response.status(202).location(`/v1/operations/${accepted.operationId}`);
    response.set('ETag', etagOf(accepted.generation)).json(accepted);
  };
}

/** @throws the error that tells why the wish was not taken */
function acceptedOr(tenantId: TenantId, wish: Wish, changed: WishChanged): WishAccepted {
  switch (changed.result) {
    case 'changed':
      return { tenantId, operationId: changed.operationId, generation: changed.generation };
    case 'unknown':
      throw noTenant();
    case 'stale':
      throw stale(changed.generation);
    case 'held':
      throw new ConflictError('the tenant is under legal hold: it can be deleted once the hold is released');
    case 'refused':
      throw new WishRefusedError(wish, changed.state, changed.allowed);
  }
}
