/** The addresses of drift and orphans. */
import type { Express } from 'express';
import type pg from 'pg';
import { listDrift, postScan, showOrphans, showScan } from './drift.ts';
import { methodNotAllowed } from './method-not-allowed.ts';

export function addDriftRoutes(app: Express, db: pg.Pool): void {
  const readOnly = methodNotAllowed('GET', 'HEAD');
  app.route('/v1/drift').get(listDrift(db)).all(readOnly);
  app.route('/v1/drift/scans').post(postScan(db)).all(methodNotAllowed('POST'));
  app.route('/v1/drift/scans/:id').get(showScan(db)).all(readOnly);
  app.route('/v1/orphans').get(showOrphans(db)).all(readOnly);
}
