import type { Request, Response } from 'express';
import type pg from 'pg';
import { NotFoundError } from '../../tenancy/errors.ts';
import { type TenantId, tenantIdSchema } from '../../tenancy/ids.ts';
import { findTenant } from '../store/find-tenant.ts';
import { etagOf } from './etag.ts';

export const noTenant = () => new NotFoundError('No tenant has this id.');

/** The tenant id in the address. @throws NotFoundError when it can't be one */
export function tenantIdOf(request: Request): TenantId {
  const id = tenantIdSchema.safeParse(request.params.id);
  if (!id.success) throw noTenant();
  return id.data;
}

/** Answers with the tenant as it is now. @throws NotFoundError when there is none */
export async function sendTenant(db: pg.Pool, id: TenantId, response: Response): Promise<void> {
  const tenant = await findTenant(db, id);
  if (tenant === undefined) throw noTenant();
  // Not json(), which answers 304 to If-None-Match: the state changes under the same ETag.
  response.set('ETag', etagOf(tenant.generation)).type('json').end(JSON.stringify(tenant));
}
