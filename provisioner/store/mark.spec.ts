/** markReady and markErased in the states after the first ready. */
import { expect } from 'chai';
import type { Pool } from 'pg';
import { LeaseLostError } from '../../tenancy/errors.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import {
  erase,
  lease,
  readyTenant,
  realise,
  requestTenant,
  rowOf,
  wish,
} from '../../test/support/control-tenants.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { beginErasures } from './begin-erasures.ts';
import { claimKey } from './claim-key.ts';
import { findTenant } from './find-tenant.ts';
import { listDueTenants } from './list-due.ts';
import { listOperations } from './list-operations.ts';
import { markErased } from './mark-erased.ts';
import { markReady } from './mark-ready.ts';
import { takeLease } from './take-lease.ts';

const REALISED = { schemaVersion: 'v2', stackState: Buffer.from('newer') };

describe('markReady', () => {
  let database: TestDatabase;
  let pool: Pool;
  before(async () => {
    database = await createControlDatabase();
    pool = database.pool;
  });
  after(() => database.drop());

  it('keeps the time of the first ready, and notes what is newer', async () => {
    const id = await readyTenant(pool);
    const { ready_at } = await rowOf(pool, id);
    await wish(pool, id, { wish: 'suspend' });
    await markReady(pool, await lease(pool, id), REALISED);
    expect(await rowOf(pool, id)).to.deep.include({
      ...{ state: 'suspended', ready_at, observed_generation: 2 },
      ...{ schema_version: 'v2', stack_state: Buffer.from('newer') },
    });
    const kinds = await pool.query('SELECT kind FROM events WHERE tenant_id = $1 ORDER BY id', [id]);
    expect(kinds.rows.map(({ kind }) => kind)).to.deep.equal([
      ...['tenant.requested', 'tenant.ready', 'tenant.wish', 'tenant.suspended'],
    ]);
  });

  it('is not ready while a newer wish waits, yet remembers the new Pulumi state', async () => {
    const id = await requestTenant(pool);
    const tenant = await lease(pool, id);
    await wish(pool, id, { wish: 'delete', graceHours: 1 });
    await markReady(pool, tenant, REALISED);
    expect(await rowOf(pool, id)).to.deep.include({
      ...{ state: 'deleting', generation: 2, observed_generation: 1, stack_state: Buffer.from('newer') },
    });
    expect((await lease(pool, id)).wish.target).to.equal('suspended');
  });

  it('leaves a tenant in its grace deleting, with nothing more to do', async () => {
    const id = await readyTenant(pool);
    await wish(pool, id, { wish: 'delete', graceHours: 1 });
    await realise(pool, id);
    expect((await rowOf(pool, id)).state).to.equal('deleting');
    expect((await takeLease(pool, id, 'worker', 1_000)).result).to.equal('idle');
  });
});

describe('markErased', () => {
  let database: TestDatabase;
  let pool: Pool;
  before(async () => {
    database = await createControlDatabase();
    pool = database.pool;
  });
  after(() => database.drop());

  async function erasing(): Promise<TenantId> {
    const id = await readyTenant(pool);
    await wish(pool, id, { wish: 'update', overrides: { pods: 9 } });
    await realise(pool, id);
    await wish(pool, id, { wish: 'delete', graceHours: 0 });
    expect(await beginErasures(pool, 1_000)).to.deep.equal([id]);
    return id;
  }

  it('leaves a tombstone: id, slug, plan and times, nothing of the customer', async () => {
    const id = await erasing();
    await erase(pool, id);
    const row = await rowOf(pool, id);
    expect(row).to.deep.include({
      ...{ id, slug: `s${id.slice(2)}`, plan: 'team', state: 'deleted', reason: null },
      ...{ company: '', email: '', overrides: {}, stack_state: null, schema_version: null },
      ...{ lease_holder: null, lease_expires_at: null },
    });
    expect(row.observed_generation).to.equal(row.generation);
    expect(row.erased_at).to.be.instanceOf(Date);
    expect(JSON.stringify(row)).not.to.match(/Acme|ada@/);
    expect(await findTenant(pool, id)).to.include({ state: 'deleted', company: '' });
    expect((await listOperations(pool, id))[0]).to.include({ kind: 'erase', state: 'succeeded' });
  });

  it('leaves nothing to do, and the slug taken', async () => {
    const id = await erasing();
    await erase(pool, id);
    expect((await takeLease(pool, id, 'worker', 1_000)).result).to.equal('idle');
    expect((await listDueTenants(pool, 1_000)).map((due) => due.id)).not.to.include(id);
    const { slug } = (await findTenant(pool, id)) ?? {};
    const again = await requestTenant(pool);
    const taken = await pool
      .query('UPDATE tenants SET slug = $2 WHERE id = $1', [again, slug])
      .catch((error) => error);
    expect(taken).to.include({ code: '23505' });
  });

  it('forgets the idempotency keys of the tenant alone', async () => {
    const [id, other] = [await erasing(), await readyTenant(pool)];
    for (const tenantId of [id, other]) {
      await claimKey(pool, { caller: 'api:ada', key: tenantId, bodySha256: Buffer.alloc(32), tenantId });
    }
    await erase(pool, id);
    const { rows } = await pool.query('SELECT tenant_id FROM idempotency_keys');
    expect(rows).to.deep.equal([{ tenant_id: other }]);
  });

  it('is refused once the lease has ended', async () => {
    const id = await erasing();
    const late = await lease(pool, id);
    await pool.query('UPDATE tenants SET lease_expires_at = now() WHERE id = $1', [id]);
    await lease(pool, id);
    const before = await rowOf(pool, id);
    expect(await markErased(pool, late).catch((error) => error)).to.be.instanceOf(LeaseLostError);
    expect(await rowOf(pool, id)).to.deep.equal(before);
  });
});
