/** `GET /v1/tenants/{id}/operations`: all operations of one tenant. */
import type { RequestHandler } from 'express';
import type pg from 'pg';
import { NotFoundError } from '../../tenancy/errors.ts';
import { tenantIdSchema } from '../../tenancy/ids.ts';
import { findTenant } from '../store/find-tenant.ts';
import { listOperations } from '../store/list-operations.ts';

export function listTenantOperations(db: pg.Pool): RequestHandler {
  return async (request, response) => {
    const id = tenantIdSchema.safeParse(request.params.id);
    if (!id.success || (await findTenant(db, id.data)) === undefined) {
      throw new NotFoundError('No tenant has this id.');
    }
    response.json({ items: await listOperations(db, id.data) });
  };
}
