/** `/v1/drift` and `/v1/orphans`: what workers found when they looked at the live objects. */
import type { RequestHandler } from 'express';
import type pg from 'pg';
import { z } from 'zod';
import type { DriftPage, OrphanList } from '../../tenancy/drift-view.ts';
import { NotFoundError } from '../../tenancy/errors.ts';
import { parseInput } from '../../tenancy/parse.ts';
import { acceptScan } from '../intake/accept-scan.ts';
import { readFindings } from '../store/drift-findings.ts';
import { findScan, lastFinishedScan } from '../store/drift-scans.ts';
import { listOrphans } from '../store/orphans.ts';
import { pageQuerySchema } from './audit-query.ts';
import { callerOf } from './authenticate.ts';
import { requestIdOf } from './request-id.ts';

const querySchema = pageQuerySchema(1_000).extend({
  ended: z.enum(['true', 'false'], 'must be true or false').default('false'),
});
const scanIdSchema = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** `GET /v1/drift?ended=&after=&limit=`: findings that hold, or all there ever were; the oldest first. */
export function listDrift(db: pg.Pool): RequestHandler {
  return async (request, response) => {
    const { after = 0, limit, ended } = parseInput(querySchema, request.query);
    const [items, lastScan] = await Promise.all([
      readFindings(db, { after, limit, ended: ended === 'true' }),
      lastFinishedScan(db),
    ]);
    const next = items.length === limit ? (items.at(-1)?.id ?? null) : null;
    response.json({ items, next, lastScan } satisfies DriftPage);
  };
}

/** `POST /v1/drift/scans`: answered at once; a worker looks, and the scan's address tells when it has. */
export function postScan(db: pg.Pool): RequestHandler {
  return async (_request, response) => {
    const scan = await acceptScan(db, callerOf(response), requestIdOf(response));
    response.status(202).location(`/v1/drift/scans/${scan.id}`).json(scan);
  };
}

/** `GET /v1/drift/scans/{id}` */
export function showScan(db: pg.Pool): RequestHandler {
  return async (request, response) => {
    const id = scanIdSchema.safeParse(request.params.id);
    const scan = id.success ? await findScan(db, id.data) : undefined;
    if (scan === undefined) throw new NotFoundError('No scan has this id.');
    response.json(scan);
  };
}

/** `GET /v1/orphans` */
export function showOrphans(db: pg.Pool): RequestHandler {
  return async (_request, response) => {
    const [items, lastScan] = await Promise.all([listOrphans(db), lastFinishedScan(db)]);
    response.json({ items, lastScan } satisfies OrphanList);
  };
}
