/** `GET /v1/tenants/{id}` */
import type { RequestHandler } from 'express';
import type pg from 'pg';
import { NotFoundError } from '../../tenancy/errors.ts';
import { tenantIdSchema } from '../../tenancy/ids.ts';
import { findTenant } from '../store/find-tenant.ts';

export function showTenant(db: pg.Pool): RequestHandler {
  return async (request, response) => {
    const id = tenantIdSchema.safeParse(request.params.id);
    const tenant = id.success ? await findTenant(db, id.data) : undefined;
    if (tenant === undefined) throw new NotFoundError('No tenant has this id.');
    response.json(tenant);
  };
}
