import { expect } from 'chai';
import type { Pool } from 'pg';
import { newTenantId, type TenantId } from '../../tenancy/ids.ts';
import { type Wish, wishSchema } from '../../tenancy/states.ts';
import {
  erase,
  fail,
  lease,
  readyTenant,
  realise,
  requestTenant,
  rowOf,
  wish,
} from '../../test/support/control-tenants.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { beginErasures } from './begin-erasures.ts';
import { listOperations } from './list-operations.ts';
import { markFailed } from './mark-failed.ts';
import { scheduleRetry } from './schedule-retry.ts';
import { takeLease } from './take-lease.ts';

type Happening = (pool: Pool, id: TenantId) => Promise<unknown>;

const wished =
  (name: Wish): Happening =>
  (pool, id) =>
    wish(pool, id, { wish: name });

const beginErasure: Happening = async (pool, id) => {
  await wish(pool, id, { wish: 'delete', graceHours: 0 });
  expect(await beginErasures(pool, 1_000)).to.include(id);
};

/** What happened to a requested tenant in each situation, and the wishes that are taken then. */
const SITUATIONS: Record<string, readonly [happened: readonly Happening[], allowed: readonly Wish[]]> = {
  requested: [[], ['delete']],
  provisioning: [[lease], ['delete']],
  ready: [[realise], ['update', 'suspend', 'delete']],
  updating: [
    [realise, wished('suspend')],
    ['update', 'suspend', 'resume', 'delete'],
  ],
  suspended: [
    [realise, wished('suspend'), realise],
    ['update', 'resume', 'delete'],
  ],
  failed: [[fail], ['retry', 'delete']],
  'deleting, in its grace': [[realise, wished('delete')], ['cancel-deletion']],
  'failed, in its grace': [
    [realise, wished('delete'), fail],
    ['retry', 'cancel-deletion'],
  ],
  'deleting, its erasure begun': [[realise, beginErasure], []],
  'failed, its erasure begun': [[realise, beginErasure, fail], ['retry']],
  deleted: [[realise, beginErasure, erase], []],
};

describe('changeWish', () => {
  let database: TestDatabase;
  let pool: Pool;
  before(async () => {
    database = await createControlDatabase();
    pool = database.pool;
  });
  after(() => database.drop());

  for (const [situation, [happened, allowed]] of Object.entries(SITUATIONS)) {
    for (const name of wishSchema.options) {
      const isTaken = allowed.includes(name);
      it(`${isTaken ? 'takes' : 'refuses'} ${name} of a tenant that is ${situation}`, async () => {
        const id = await requestTenant(pool);
        for (const happen of happened) await happen(pool, id);
        const before = await rowOf(pool, id);
        const changed = await wish(pool, id, { wish: name });
        if (isTaken) {
          expect(changed).to.include({ result: 'changed', generation: Number(before.generation) + 1 });
        } else {
          expect(changed).to.deep.equal({ result: 'refused', state: before.state, allowed });
          expect(await rowOf(pool, id), 'nothing changed').to.deep.equal(before);
        }
      });
    }
  }

  it('writes operation, event and wake-up with the wish, and tells what was before', async () => {
    const id = await readyTenant(pool);
    await pool.query('DELETE FROM outbox');
    const changed = await wish(pool, id, { wish: 'update', plan: 'business', overrides: { pods: 70 } });
    if (changed.result !== 'changed') throw new Error(changed.result);
    expect(changed.before).to.deep.equal({ state: 'ready', generation: 1, plan: 'team', overrides: {} });
    const [operation] = await listOperations(pool, id);
    expect(operation).to.include({ id: changed.operationId, kind: 'update', state: 'pending' });
    expect((await pool.query('SELECT tenant_id FROM outbox')).rows).to.deep.equal([{ tenant_id: id }]);
    const events = await pool.query('SELECT kind, detail FROM events WHERE tenant_id = $1 ORDER BY id', [id]);
    expect(events.rows.at(-1)).to.deep.equal({
      kind: 'tenant.wish',
      detail: { wish: 'update', generation: 2 },
    });
    expect((await lease(pool, id)).wish).to.deep.equal({
      ...{ id, plan: 'business', overrides: { pods: 70 }, target: 'active' },
    });
  });

  it('leaves what it does not name as it is', async () => {
    const id = await readyTenant(pool);
    await wish(pool, id, { wish: 'update', plan: 'business', overrides: { pods: 70 } });
    await wish(pool, id, { wish: 'update', company: 'Acme Holding' });
    expect(await rowOf(pool, id)).to.deep.include({
      ...{ company: 'Acme Holding', plan: 'business', overrides: { pods: 70 } },
    });
  });

  it('knows a tenant that is not there', async () => {
    expect(await wish(pool, newTenantId(), { wish: 'suspend' })).to.deep.equal({ result: 'unknown' });
  });

  it('takes one of ten changes of the same generation', async () => {
    const id = await readyTenant(pool);
    const change = { wish: 'update', plan: 'business', ifGeneration: 1 } as const;
    const results = await Promise.all(Array.from({ length: 10 }, () => wish(pool, id, change)));
    expect(results.filter(({ result }) => result === 'changed')).to.have.length(1);
    const stale = results.filter(({ result }) => result === 'stale');
    expect(stale).to.deep.equal(Array(9).fill({ result: 'stale', generation: 2 }));
  });

  it('is real for the reconciler: suspended, then active again, then suspended for the grace', async () => {
    const id = await readyTenant(pool);
    const targets: unknown[] = [];
    for (const name of ['suspend', 'resume', 'delete', 'cancel-deletion'] as const) {
      await wish(pool, id, { wish: name });
      const { target } = (await lease(pool, id)).wish;
      await pool.query('UPDATE tenants SET lease_expires_at = now() WHERE id = $1', [id]);
      await realise(pool, id);
      targets.push([name, target, (await rowOf(pool, id)).state]);
    }
    expect(targets).to.deep.equal([
      ['suspend', 'suspended', 'suspended'],
      ['resume', 'active', 'ready'],
      ['delete', 'suspended', 'deleting'],
      ['cancel-deletion', 'active', 'ready'],
    ]);
  });

  it('brings back a suspended tenant as suspended when its deletion is cancelled', async () => {
    const id = await readyTenant(pool);
    for (const name of ['suspend', 'delete', 'cancel-deletion'] as const) {
      await wish(pool, id, { wish: name });
      await realise(pool, id);
    }
    expect((await rowOf(pool, id)).state).to.equal('suspended');
  });

  it('counts the grace from now, by the database, and 72 hours unless told otherwise', async () => {
    const hours = async (graceHours?: number) => {
      const id = await readyTenant(pool);
      await wish(pool, id, { wish: 'delete', graceHours });
      const { rows } = await pool.query(
        `SELECT round(extract(epoch FROM erase_after - now()) / 360) / 10 AS hours FROM tenants WHERE id = $1`,
        [id],
      );
      return Number(rows[0].hours);
    };
    expect([await hours(), await hours(0.5), await hours(0)]).to.deep.equal([72, 0.5, 0]);
  });

  it('refuses to delete what is under legal hold', async () => {
    const id = await readyTenant(pool);
    await pool.query('UPDATE tenants SET legal_hold = true WHERE id = $1', [id]);
    const before = await rowOf(pool, id);
    expect(await wish(pool, id, { wish: 'delete' })).to.deep.equal({ result: 'held' });
    expect(await rowOf(pool, id)).to.deep.equal(before);
  });

  it('forgets with the deletion who asked for it and who approved', async () => {
    const id = await readyTenant(pool);
    await wish(pool, id, { wish: 'delete', by: 'api:ada' });
    await pool.query(`UPDATE tenants SET erasure_approved_by = 'api:bob' WHERE id = $1`, [id]);
    await wish(pool, id, { wish: 'cancel-deletion', by: 'api:cyd' });
    expect(await rowOf(pool, id)).to.include({ erasure_requested_by: null, erasure_approved_by: null });
    await wish(pool, id, { wish: 'delete', by: 'api:cyd' });
    expect(await rowOf(pool, id)).to.include({ erasure_requested_by: 'api:cyd', erasure_approved_by: null });
  });

  describe('while a worker is at the wish before', () => {
    const overtaken = async () => {
      const id = await readyTenant(pool);
      await wish(pool, id, { wish: 'update', plan: 'business' });
      const tenant = await lease(pool, id);
      await wish(pool, id, { wish: 'suspend' });
      return { id, tenant };
    };
    const isDueAtOnce = async (id: TenantId) => {
      expect(await rowOf(pool, id)).to.include({ state: 'updating', attempts: 0, reason: null });
      expect(await lease(pool, id)).to.deep.include({ attempts: 0, generation: 3 });
    };

    it('waits for it', async () => {
      const { id } = await overtaken();
      expect((await takeLease(pool, id, 'worker-2', 1_000)).result).to.equal('busy');
    });

    it('is not failed by its failure', async () => {
      const { id, tenant } = await overtaken();
      await markFailed(pool, tenant, 'no');
      await isDueAtOnce(id);
      const states = (await listOperations(pool, id)).map(({ kind, state }) => `${kind} ${state}`);
      expect(states).to.deep.equal(['suspend running', 'update failed', 'provision succeeded']);
      const events = await pool.query(`SELECT FROM events WHERE tenant_id = $1 AND kind = 'tenant.failed'`, [
        id,
      ]);
      expect(events.rowCount).to.equal(0);
    });

    it('is not held up by its retry', async () => {
      const { id, tenant } = await overtaken();
      await scheduleRetry(pool, tenant, { reason: 'no', delayMs: 60_000 });
      await isDueAtOnce(id);
      const states = (await listOperations(pool, id)).map(({ kind, state }) => `${kind} ${state}`);
      expect(states).to.deep.equal(['suspend running', 'update superseded', 'provision succeeded']);
    });
  });
});
