/** `GET /v1/audit/entries?after=&limit=&tenantId=`: the audit log, oldest first. */
import type { RequestHandler } from 'express';
import type pg from 'pg';
import type { AuditEntryPage } from '../../tenancy/audit/entry.ts';
import { tenantIdSchema } from '../../tenancy/ids.ts';
import { parseInput } from '../../tenancy/parse.ts';
import { readAuditEntries } from '../store/audit-entries.ts';
import { pageQuerySchema } from './audit-query.ts';

const querySchema = pageQuerySchema(1_000).extend({ tenantId: tenantIdSchema.optional() });

export function listAuditEntries(db: pg.Pool): RequestHandler {
  return async (request, response) => {
    const { after, tenantId, limit } = parseInput(querySchema, request.query);
    const items = await readAuditEntries(db, {
      limit,
      ...(after === undefined ? {} : { after }),
      ...(tenantId === undefined ? {} : { tenantId }),
    });
    const next = items.length === limit ? (items.at(-1)?.id ?? null) : null;
    response.json({ items, next } satisfies AuditEntryPage);
  };
}
