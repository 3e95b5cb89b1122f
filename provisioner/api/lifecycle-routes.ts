/** The addresses of one tenant: to look at it, and to wish something of it. */
import type { Express } from 'express';
import type pg from 'pg';
import type { Wish } from '../../tenancy/states.ts';
import { approveErasure } from './approve-erasure.ts';
import { jsonBody } from './json-body.ts';
import { deleteLegalHold, putLegalHold } from './legal-hold.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { showTenant } from './show-tenant.ts';
import { deleteTenant, patchTenant, postWish, putOverrides } from './take-wish.ts';

/** Wishes that need no more than their name, which is their address as well. */
const PLAIN_WISHES = ['suspend', 'resume', 'retry', 'cancel-deletion'] as const satisfies Wish[];

export function addLifecycleRoutes(app: Express, db: pg.Pool): void {
  app
    .route('/v1/tenants/:id')
    .get(showTenant(db))
    .patch(jsonBody, patchTenant(db))
    .delete(deleteTenant(db))
    .all(methodNotAllowed('GET', 'HEAD', 'PATCH', 'DELETE'));
  app.route('/v1/tenants/:id/overrides').put(jsonBody, putOverrides(db)).all(methodNotAllowed('PUT'));
  for (const wish of PLAIN_WISHES) {
    app.route(`/v1/tenants/:id/${wish}`).post(postWish(db, wish)).all(methodNotAllowed('POST'));
  }
  app.route('/v1/tenants/:id/approve-erasure').post(approveErasure(db)).all(methodNotAllowed('POST'));
  app
    .route('/v1/tenants/:id/legal-hold')
    .put(jsonBody, putLegalHold(db))
    .delete(deleteLegalHold(db))
    .all(methodNotAllowed('PUT', 'DELETE'));
}
