/** Tenants in a control database, brought by the store's own verbs into the state that a spec starts from. */
import type { Pool } from 'pg';
import { changeWish, type WishChange, type WishChanged } from '../../provisioner/store/change-wish.ts';
import { createTenant } from '../../provisioner/store/create-tenant.ts';
import { markErased } from '../../provisioner/store/mark-erased.ts';
import { markFailed } from '../../provisioner/store/mark-failed.ts';
import { markReady } from '../../provisioner/store/mark-ready.ts';
import { type LeasedTenant, takeLease } from '../../provisioner/store/take-lease.ts';
import { withTransaction } from '../../provisioner/store/transaction.ts';
import { newTenantId, type TenantId } from '../../tenancy/ids.ts';
import { parseInput } from '../../tenancy/parse.ts';
import { signupBodySchema } from '../../tenancy/signup.ts';

const LEASE_MS = 60_000;

/** A tenant that was just asked for. */
export async function requestTenant(pool: Pool): Promise<TenantId> {
  const id = newTenantId();
  const signup = { slug: `s${id.slice(2)}`, company: 'Acme', email: 'ada@acme.example', plan: 'team' };
  await createTenant(pool, id, parseInput(signupBodySchema, signup));
  return id;
}

/** Takes the tenant's lease. @throws Error when there is nothing to do for it */
export async function lease(pool: Pool, id: TenantId): Promise<LeasedTenant> {
  const taken = await takeLease(pool, id, 'worker-of-the-specs', LEASE_MS);
  if (taken.result !== 'leased') throw new Error(`not leased but ${taken.result}`);
  return taken.tenant;
}

/** Makes the tenant's wish real, as far as the control database knows. */
export async function realise(pool: Pool, id: TenantId): Promise<void> {
  await markReady(pool, await lease(pool, id), { schemaVersion: 'v1', stackState: Buffer.from('state') });
}

/** Marks the tenant as erased; its erasure must have begun. */
export async function erase(pool: Pool, id: TenantId): Promise<void> {
  await markErased(pool, await lease(pool, id));
}

/** Lets the work on the tenant's wish fail for good. */
export async function fail(pool: Pool, id: TenantId): Promise<void> {
  await markFailed(pool, await lease(pool, id), 'the API server says no');
}

/** Changes the wish in a transaction of its own. */
export function wish(
  pool: Pool,
  id: TenantId,
  change: Omit<WishChange, 'by'> & Partial<WishChange>,
): Promise<WishChanged> {
  return withTransaction(pool, (client) => changeWish(client, id, { by: 'api:ada', ...change }));
}

/** A tenant that is ready. */
export async function readyTenant(pool: Pool): Promise<TenantId> {
  const id = await requestTenant(pool);
  await realise(pool, id);
  return id;
}

/** The tenant's row. */
export async function rowOf(pool: Pool, id: TenantId): Promise<Record<string, unknown>> {
  const { rows } = await pool.query('SELECT * FROM tenants WHERE id = $1', [id]);
  return rows[0];
}
