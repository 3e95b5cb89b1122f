import { expect } from 'chai';
import { LeaseLostError, PermanentError } from '../../tenancy/errors.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import type { TestDatabase } from '../../test/support/databases.ts';
import { killedAt } from '../../test/support/killed-at.ts';
import { refusal } from '../../test/support/refusal.ts';
import { withSuperuser } from '../../test/support/superuser.ts';
import {
  createPreparedDatabase,
  logInAs,
  newTenant,
  withTenant,
} from '../../test/support/tenants-database.ts';
import { applicationRole, currentDatabase } from './application-role.ts';
import { ensureTenantDatabase } from './ensure-tenant.ts';
import { removeTenantDatabase } from './remove-tenant.ts';
import { verifyTenantDatabase } from './verify-tenant.ts';

const MADE = { epoch: 1, number: 5 };
const FENCE = { epoch: 1, number: 6 };

describe('removeTenantDatabase', () => {
  let database: TestDatabase;
  let tenant: TenantSpec;
  before(async () => {
    database = await createPreparedDatabase();
  });
  beforeEach(async () => {
    tenant = newTenant();
    await ensureTenantDatabase(database.pool, tenant, MADE);
  });
  after(() => database.drop());

  const remove = (which = tenant) =>
    removeTenantDatabase(database.pool, { ...which, target: 'erased' }, FENCE);
  const run = (sql: string) => database.pool.query(sql);

  /** What is left of the tenant. */
  async function left(which = tenant): Promise<string[]> {
    const { rows } = await database.pool.query<{ what: string }>(
      `SELECT 'schema' AS what FROM pg_namespace WHERE nspname = $1
       UNION ALL SELECT 'role' FROM pg_roles WHERE rolname = $2`,
      [which.schema, which.role],
    );
    return rows.map((row) => row.what);
  }

  it('removes schema and role, what the role made and its rights elsewhere, and nothing of another', async () => {
    const other = newTenant();
    await ensureTenantDatabase(database.pool, other, MADE);
    await withTenant(database, tenant, (client) => client.query('SELECT lo_create(77)'));
    await run(`GRANT SELECT ON ${other.schema}.members TO ${tenant.role}`);
    await remove();
    expect(await left()).to.deep.equal([]);
    expect((await run('SELECT FROM pg_largeobject_metadata WHERE oid = 77')).rowCount).to.equal(0);
    expect(await verifyTenantDatabase(database.pool, other)).to.deep.equal([]);
  });

  it('is content when nothing is there, the second time or the first', async () => {
    await remove();
    await remove();
    await remove(newTenant());
  });

  it('removes eight at once', async () => {
    const tenants = Array.from({ length: 8 }, newTenant);
    await Promise.all(tenants.map((each) => ensureTenantDatabase(database.pool, each, MADE)));
    await Promise.all(tenants.map((each) => remove(each)));
    for (const each of tenants) expect(await left(each)).to.deep.equal([]);
  });

  it('removes a suspended one', async () => {
    await ensureTenantDatabase(database.pool, { ...tenant, target: 'suspended' }, MADE);
    await remove();
    expect(await left()).to.deep.equal([]);
  });

  it('keeps the fence, so that an older worker makes nothing anew', async () => {
    await remove();
    expect(await refusal(ensureTenantDatabase(database.pool, tenant, MADE))).to.be.instanceOf(LeaseLostError);
    expect(await left()).to.deep.equal([]);
  });

  it('changes nothing under an old fence', async () => {
    const stale = removeTenantDatabase(database.pool, tenant, { epoch: 1, number: 4 });
    expect(await refusal(stale)).to.be.instanceOf(LeaseLostError);
    expect(await verifyTenantDatabase(database.pool, tenant)).to.deep.equal([]);
  });

  it('ends a session that holds its tables', async () => {
    const application = applicationRole(await currentDatabase(database.pool));
    const session = await logInAs(database, application);
    await session.query(`BEGIN; SET ROLE ${tenant.role}; SELECT FROM ${tenant.schema}.members`);
    await remove().finally(() => session.end());
    expect(await left()).to.deep.equal([]);
  });

  it('quotes names, whatever they hold', async () => {
    const name = `${tenant.id}"; CREATE TABLE public.hacked (); --'\\`;
    const odd = { ...tenant, schema: name, role: name };
    await ensureTenantDatabase(database.pool, odd, MADE);
    await remove(odd);
    expect(await left(odd)).to.deep.equal([]);
    const { rows } = await run(`SELECT to_regclass('public.hacked') AS hacked`);
    expect(rows).to.deep.equal([{ hacked: null }]);
    expect(await left()).to.deep.equal(['schema', 'role']);
  });

  describe('meets what is not its own', () => {
    for (const [object, kind] of [
      ['role', 'ROLE'],
      ['schema', 'SCHEMA'],
    ] as const) {
      it(`a ${object} without proof: names it and changes nothing`, async () => {
        await run(`COMMENT ON ${kind} ${tenant.id} IS 'mine'`);
        const error = await refusal(remove());
        expect(error).to.be.instanceOf(PermanentError);
        expect(error.message).to.include(`${object} ${tenant.id} exists`).and.to.include('"mine"');
        await run(`COMMENT ON ${kind} ${tenant.id} IS 'landlord tenant ${tenant.id}'`);
        expect(await verifyTenantDatabase(database.pool, tenant)).to.deep.equal([]);
      });
    }

    it('a right of the role that another gave: the data go, and what holds the role is named', async () => {
      await withSuperuser((client) => client.query(`GRANT CONNECT ON DATABASE template1 TO ${tenant.role}`));
      const error = await refusal(remove());
      expect(error).to.be.instanceOf(PermanentError);
      expect(error.message).to.include('privileges for database template1');
      expect(await left()).to.deep.equal(['role']);
      await withSuperuser((client) => client.query(`REVOKE ALL ON DATABASE template1 FROM ${tenant.role}`));
      await remove();
      expect(await left()).to.deep.equal([]);
    });
  });

  describe('killed in the middle', () => {
    it('of shutting out: nothing has changed, and the next run completes it', async () => {
      await killedAt(database, 'LOCK TABLE landlord.role_changes', remove);
      expect(await verifyTenantDatabase(database.pool, tenant)).to.deep.equal([]);
      await remove();
      expect(await left()).to.deep.equal([]);
    });

    it('of removing the schema: the data are still there, and the next run completes it', async () => {
      await killedAt(database, `LOCK TABLE ${tenant.schema}.members`, remove);
      expect(await left()).to.deep.equal(['schema', 'role']);
      await remove();
      expect(await left()).to.deep.equal([]);
    });

    it('between schema and role: the next run completes it', async () => {
      await run(`DROP SCHEMA ${tenant.schema} CASCADE`);
      await remove();
      expect(await left()).to.deep.equal([]);
    });
  });
});
