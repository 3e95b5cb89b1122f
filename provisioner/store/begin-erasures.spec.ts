import { expect } from 'chai';
import type { Pool } from 'pg';
import type { TenantId } from '../../tenancy/ids.ts';
import { fail, lease, readyTenant, realise, rowOf, wish } from '../../test/support/control-tenants.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { beginErasures } from './begin-erasures.ts';
import { listOperations } from './list-operations.ts';

describe('beginErasures', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeEach(async () => {
    database = await createControlDatabase();
    pool = database.pool;
  });
  afterEach(() => database.drop());

  async function deleted(graceHours = 0): Promise<TenantId> {
    const id = await readyTenant(pool);
    await wish(pool, id, { wish: 'delete', graceHours });
    return id;
  }
  const approve = (id: TenantId) =>
    pool.query(`UPDATE tenants SET erasure_approved_by = 'api:bob' WHERE id = $1`, [id]);
  const setHold = (id: TenantId, isHeld: boolean) =>
    pool.query('UPDATE tenants SET legal_hold = $2, reason = NULL WHERE id = $1', [id, isHeld]);

  it('begins what has no grace left, and nothing else', async () => {
    const id = await deleted(0);
    await deleted(1);
    await readyTenant(pool);
    expect(await beginErasures(pool, 10)).to.deep.equal([id]);
    expect((await lease(pool, id)).wish.target).to.equal('erased');
    const [operation] = await listOperations(pool, id);
    expect(operation).to.include({ kind: 'erase', state: 'running' });
    expect(await beginErasures(pool, 10), 'once').to.deep.equal([]);
  });

  it('writes wake-up, event and audit row with it', async () => {
    const id = await deleted();
    await pool.query('DELETE FROM outbox');
    await beginErasures(pool, 10);
    expect((await pool.query('SELECT tenant_id FROM outbox')).rows).to.deep.equal([{ tenant_id: id }]);
    const events = await pool.query('SELECT detail FROM events ORDER BY id DESC LIMIT 1');
    expect(events.rows[0].detail).to.deep.equal({ wish: 'erase', generation: 3 });
    const [operation] = await listOperations(pool, id);
    const audit = await pool.query('SELECT actor, action, tenant_id, detail FROM audit');
    expect(audit.rows).to.deep.equal([
      {
        ...{ actor: 'sweeper', action: 'tenant.erase', tenant_id: id },
        detail: { operationId: operation?.id, approvedBy: null },
      },
    ]);
  });

  it('takes a failed tenant whose grace has ended', async () => {
    const id = await deleted();
    await fail(pool, id);
    expect(await beginErasures(pool, 10)).to.deep.equal([id]);
    expect(await rowOf(pool, id)).to.include({ state: 'deleting', reason: null });
  });

  it('begins no more in an hour than the bound, however many sweepers look', async () => {
    for (let count = 0; count < 6; count += 1) await deleted();
    const begun = await Promise.all(Array.from({ length: 4 }, () => beginErasures(pool, 3)));
    expect(begun.flat()).to.have.length(3);
    await pool.query(`UPDATE operations SET created_at = created_at - interval '61 minutes'`);
    expect(await beginErasures(pool, 2), 'an hour later').to.have.length(2);
  });

  it('says what waits and why, and lets what a second person approved begin beyond the bound', async () => {
    const [first, second] = [await deleted(), await deleted()];
    for (const id of [first, second]) await realise(pool, id);
    expect(await beginErasures(pool, 0)).to.deep.equal([]);
    expect((await rowOf(pool, first)).reason).to.match(/^its erasure waits: 0 began .* approve/);
    await approve(second);
    expect(await beginErasures(pool, 0)).to.deep.equal([second]);
    expect((await rowOf(pool, second)).reason).to.equal(null);
    expect(await beginErasures(pool, 1), 'approved ones leave the bound to others').to.deep.equal([first]);
  });

  it('lets a tenant under legal hold wait, approved or not, and says so', async () => {
    const id = await deleted();
    await realise(pool, id);
    await setHold(id, true);
    await approve(id);
    expect(await beginErasures(pool, 10)).to.deep.equal([]);
    expect((await rowOf(pool, id)).reason).to.contain('legal hold');
    await setHold(id, false);
    expect(await beginErasures(pool, 10)).to.deep.equal([id]);
  });

  it('passes over a tenant that somebody else is changing', async () => {
    const [taken, free] = [await deleted(), await deleted()];
    const other = await pool.connect();
    try {
      await other.query('BEGIN');
      await other.query('SELECT FROM tenants WHERE id = $1 FOR UPDATE', [taken]);
      expect(await beginErasures(pool, 10)).to.deep.equal([free]);
    } finally {
      await other.query('ROLLBACK');
      other.release();
    }
    expect(await beginErasures(pool, 10)).to.deep.equal([taken]);
  });

  it('can not be approved, even past all code, by who asked', async () => {
    const id = await deleted();
    const same = `UPDATE tenants SET erasure_approved_by = erasure_requested_by WHERE id = $1`;
    const refused = await pool.query(same, [id]).catch((error) => error);
    expect(refused).to.include({ code: '23514' });
  });
});
