import { newOperationId, type TenantId } from '../../tenancy/ids.ts';
import type { SignupBody } from '../../tenancy/signup.ts';
import type { Queryable } from './transaction.ts';

/**
 * Writes a requested tenant with its provision operation and its wake-up. Run it in a transaction.
 * @returns whether the slug was free; when it was not, nothing was written
 */
export async function createTenant(db: Queryable, id: TenantId, signup: SignupBody): Promise<boolean> {
  const { rowCount } = await db.query(
    `WITH tenant AS (
       INSERT INTO tenants (id, slug, company, email, plan) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (slug) DO NOTHING RETURNING id, generation
     ), operation AS (
       INSERT INTO operations (id, tenant_id, kind, generation)
       SELECT $6, id, 'provision', generation FROM tenant
     ), event AS (
       INSERT INTO events (tenant_id, kind) SELECT id, 'tenant.requested' FROM tenant
     )
     INSERT INTO outbox (tenant_id) SELECT id FROM tenant`,
    [id, signup.slug, signup.company, signup.email, signup.plan, newOperationId()],
  );
  return rowCount === 1;
}
