/** `GET /v1/tenants/{id}` */
import type { RequestHandler } from 'express';
import type pg from 'pg';
import { sendTenant, tenantIdOf } from './tenant-of.ts';

export function showTenant(db: pg.Pool): RequestHandler {
  return (request, response) => sendTenant(db, tenantIdOf(request), response);
}
