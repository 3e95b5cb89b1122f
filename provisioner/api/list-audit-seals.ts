/** `GET /v1/audit/seals?after=&limit=`: the audit log's seals, in the order of the chain. */
import type { RequestHandler } from 'express';
import type pg from 'pg';
import type { SealPage } from '../../tenancy/audit/seal.ts';
import { parseInput } from '../../tenancy/parse.ts';
import { readSeals } from '../store/audit-seals.ts';
import { pageQuerySchema } from './audit-query.ts';

/** A seal of a thousand entries has some 75 kB. */
const querySchema = pageQuerySchema(50);

export function listAuditSeals(db: pg.Pool): RequestHandler {
  return async (request, response) => {
    const { after = 0, limit } = parseInput(querySchema, request.query);
    const items = await readSeals(db, after, limit);
    const next = items.length === limit ? (items.at(-1)?.number ?? null) : null;
    response.json({ items, next } satisfies SealPage);
  };
}
