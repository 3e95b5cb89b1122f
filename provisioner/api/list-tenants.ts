/** `GET /v1/tenants?slug=&limit=&cursor=`: one page of tenants, oldest first. */
import type { RequestHandler } from 'express';
import type pg from 'pg';
import { z } from 'zod';
import { tenantIdSchema } from '../../tenancy/ids.ts';
import { parseInput } from '../../tenancy/parse.ts';
import type { TenantPage } from '../../tenancy/tenant-view.ts';
import { listTenants } from '../store/list-tenants.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = '50';
const LIMIT_RULE = `must be a whole number from 1 to ${MAX_LIMIT}`;

const querySchema = z.strictObject({
  // Not slugSchema: a name that became reserved later must still be found.
  slug: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/, 'may hold only lower-case letters a-z, digits and hyphens')
    .optional(),
  limit: z
    .string()
    .regex(/^[0-9]{1,4}$/, LIMIT_RULE)
    .default(DEFAULT_LIMIT)
    .transform(Number)
    .pipe(z.int().min(1, LIMIT_RULE).max(MAX_LIMIT, LIMIT_RULE)),
  cursor: z.string().optional(),
});

export function listTenantsPage(db: pg.Pool): RequestHandler {
  return async (request, response) => {
    const { slug, limit, cursor } = parseInput(querySchema, request.query);
    const tenants = await listTenants(db, {
      // One more than asked for tells whether there is a next page.
      limit: limit + 1,
      ...(slug === undefined ? {} : { slug }),
      ...(cursor === undefined ? {} : { after: decodeCursor(cursor) }),
    });
    const items = tenants.slice(0, limit);
    const last = tenants.length > limit ? items.at(-1) : undefined;
    const next = last === undefined ? null : encodeCursor(tenantIdSchema.parse(last.id));
    response.json({ items, next } satisfies TenantPage);
  };
}
