/** The audit log's routes: what is in it, and the seals to verify it by. */
import type express from 'express';
import type pg from 'pg';
import { listAuditEntries } from './list-audit-entries.ts';
import { listAuditSeals } from './list-audit-seals.ts';
import { methodNotAllowed } from './method-not-allowed.ts';

export function addAuditRoutes(app: express.Express, db: pg.Pool): void {
  const readOnly = methodNotAllowed('GET', 'HEAD');
  app.route('/v1/audit/entries').get(listAuditEntries(db)).all(readOnly);
  app.route('/v1/audit/seals').get(listAuditSeals(db)).all(readOnly);
}
