/** `POST /v1/tenants/{id}/approve-erasure`: a second person lets an erasure begin beyond the hourly bound. */
import type { RequestHandler } from 'express';
import type pg from 'pg';
import { ConflictError } from '../../tenancy/errors.ts';
import { acceptApproval } from '../intake/accept-approval.ts';
import { callerOf } from './authenticate.ts';
import { HttpError } from './http-error.ts';
import { requestIdOf } from './request-id.ts';
import { noTenant, sendTenant, tenantIdOf } from './tenant-of.ts';

export function approveErasure(db: pg.Pool): RequestHandler {
  return async (request, response) => {
    const id = tenantIdOf(request);
    const { result } = await acceptApproval(db, id, callerOf(response), requestIdOf(response));
    if (result === 'unknown') throw noTenant();
    if (result === 'same person') {
      throw new HttpError(403, 'Who asked for the deletion can not approve it: another token has to.');
    }
    if (result === 'nothing to approve') {
      throw new ConflictError('no erasure waits: the tenant is not being deleted, or its erasure has begun');
    }
    await sendTenant(db, id, response);
  };
}
