import { expect } from 'chai';
import { LeaseLostError, PermanentError } from '../../tenancy/errors.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import type { TestDatabase } from '../../test/support/databases.ts';
import { killedAt } from '../../test/support/killed-at.ts';
import { refusal } from '../../test/support/refusal.ts';
import { withSuperuser } from '../../test/support/superuser.ts';
import {
  createMigrations,
  createPreparedDatabase,
  type MigrationsDirectory,
  newTenant,
  withTenant,
} from '../../test/support/tenants-database.ts';
import { ensureRole } from './ensure-role.ts';
import { ensureTenantDatabase } from './ensure-tenant.ts';
import { fencedTransaction } from './fenced-transaction.ts';
import { verifyTenantDatabase } from './verify-tenant.ts';

const FENCE = { epoch: 1, number: 5 };
const FIRST = 'export const up = (knex) => knex.schema.createTable("a", (table) => table.increments());';
const DOWN = 'export const down = async () => {};';

describe('ensureTenantDatabase', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createPreparedDatabase();
  });
  after(() => database.drop());

  const ensure = (tenant: TenantSpec, fence = FENCE) => ensureTenantDatabase(database.pool, tenant, fence);
  const problems = (tenant: TenantSpec) => verifyTenantDatabase(database.pool, tenant);
  const schemaExists = async (tenant: TenantSpec) =>
    (await database.pool.query('SELECT FROM pg_namespace WHERE nspname = $1', [tenant.schema])).rowCount ===
    1;
  it('makes a role and a migrated schema', async () => {
    const tenant = newTenant();
    expect(await ensure(tenant)).to.deep.equal({ schemaVersion: '20261101000200_usage' });
    expect(await problems(tenant)).to.deep.equal([]);
  });

  it('run again changes nothing, and keeps the rows', async () => {
    const tenant = newTenant();
    await ensure(tenant);
    await withTenant(database, tenant, (client) =>
      client.query(`INSERT INTO projects (key, name) VALUES ('APP', 'Launch')`),
    );
    expect(await ensure(tenant)).to.deep.equal({ schemaVersion: '20261101000200_usage' });
    const { rows } = await withTenant(database, tenant, (client) => client.query('SELECT key FROM projects'));
    expect(rows).to.deep.equal([{ key: 'APP' }]);
    expect(await problems(tenant)).to.deep.equal([]);
  });

  it('makes eight tenants at once', async () => {
    const tenants = Array.from({ length: 8 }, newTenant);
    await Promise.all(tenants.map((tenant) => ensure(tenant)));
    for (const tenant of tenants) expect(await problems(tenant)).to.deep.equal([]);
  });

  it('makes one tenant when eight make it at once', async () => {
    const tenant = newTenant();
    await Promise.all(Array.from({ length: 8 }, () => ensure(tenant)));
    expect(await problems(tenant)).to.deep.equal([]);
  });

  it('gives back rights that were lost', async () => {
    const tenant = newTenant();
    await ensure(tenant);
    await database.pool.query(`
      REVOKE ALL ON ALL TABLES IN SCHEMA ${tenant.schema} FROM ${tenant.role};
      REVOKE ALL ON SCHEMA ${tenant.schema} FROM ${tenant.role}`);
    expect(await problems(tenant)).not.to.deep.equal([]);
    await ensure(tenant);
    expect(await problems(tenant)).to.deep.equal([]);
  });

  describe('under a fence', () => {
    it('refuses a lower number and a lower epoch, and accepts a higher one', async () => {
      const tenant = newTenant();
      await ensure(tenant, { epoch: 2, number: 7 });
      for (const stale of [
        { epoch: 2, number: 6 },
        { epoch: 1, number: 99 },
      ]) {
        expect(await refusal(ensure(tenant, stale))).to.be.instanceOf(LeaseLostError);
      }
      await ensure(tenant, { epoch: 2, number: 8 });
      await ensure(tenant, { epoch: 3, number: 1 });
    });

    it('a refused worker changes nothing', async () => {
      const tenant = newTenant();
      await fencedTransaction(database.pool, tenant.id, { epoch: 1, number: 6 }, async () => {});
      expect(await refusal(ensure(tenant))).to.be.instanceOf(LeaseLostError);
      const { rowCount } = await database.pool.query('SELECT FROM pg_roles WHERE rolname = $1', [
        tenant.role,
      ]);
      expect(rowCount).to.equal(0);
      expect(await schemaExists(tenant)).to.equal(false);
    });
  });

  describe('meets what is not its own', () => {
    it('a role without proof: names it and leaves it', async () => {
      const tenant = newTenant();
      await database.pool.query(`CREATE ROLE ${tenant.role} NOLOGIN`);
      const error = await refusal(ensure(tenant));
      await withSuperuser((client) => client.query(`DROP ROLE ${tenant.role}`));
      expect(error).to.be.instanceOf(PermanentError);
      expect(error.message).to.include(`role ${tenant.role} exists`).and.to.include('has no comment');
      expect(await schemaExists(tenant)).to.equal(false);
    });

    it("a schema with another tenant's proof: names both and leaves it", async () => {
      const tenant = newTenant();
      const other = newTenant();
      await database.pool.query(`
        CREATE SCHEMA ${tenant.schema};
        COMMENT ON SCHEMA ${tenant.schema} IS 'landlord tenant ${other.id}'`);
      const error = await refusal(ensure(tenant));
      expect(error).to.be.instanceOf(PermanentError);
      expect(error.message).to.include(`schema ${tenant.schema} exists`).and.to.include(other.id);
      const { rows } = await database.pool.query(
        'SELECT count(*)::int AS tables, (SELECT nspacl FROM pg_namespace WHERE oid = $1::regnamespace) AS rights' +
          ' FROM pg_class WHERE relnamespace = $1::regnamespace',
        [tenant.schema],
      );
      expect(rows).to.deep.equal([{ tables: 0, rights: null }]);
    });
  });

  it('quotes names, whatever they hold', async () => {
    const plain = newTenant();
    const name = `${plain.id}"; CREATE TABLE public.hacked (); --'\\`;
    const tenant = { ...plain, schema: name, role: name };
    await ensure(tenant);
    expect(await problems(tenant)).to.deep.equal([]);
    const { rows } = await database.pool.query(`SELECT to_regclass('public.hacked') AS hacked`);
    expect(rows).to.deep.equal([{ hacked: null }]);
  });

  describe('killed in the middle', () => {
    it('of making the role: the next run completes it', async () => {
      const tenant = newTenant();
      const error = await killedAt(database, 'LOCK TABLE landlord.role_changes', () => ensure(tenant));
      expect(error.message).to.match(/terminat/i);
      await ensure(tenant);
      expect(await problems(tenant)).to.deep.equal([]);
    });

    it('between role and schema: the next run completes it', async () => {
      const tenant = newTenant();
      await fencedTransaction(database.pool, tenant.id, FENCE, (client) => ensureRole(client, tenant));
      await ensure(tenant);
      expect(await problems(tenant)).to.deep.equal([]);
    });

    it('of the migrations: nothing of them stays, and the next run completes them', async () => {
      const second = `export const up = (knex) => knex.raw('LOCK TABLE public.gate');`;
      const migrations = await createMigrations({ '1.ts': FIRST + DOWN, '2.ts': second + DOWN });
      await database.pool.query('CREATE TABLE public.gate ()');
      const run = (tenant: TenantSpec) => ensureTenantDatabase(database.pool, tenant, FENCE, migrations.path);
      await run(newTenant());
      const tenant = newTenant();
      await killedAt(database, 'LOCK TABLE public.gate', () => run(tenant));
      expect(await schemaExists(tenant)).to.equal(false);
      expect(await run(tenant)).to.deep.equal({ schemaVersion: '2' });
      expect(await verifyTenantDatabase(database.pool, tenant, migrations.path)).to.deep.equal([]);
      await migrations.remove();
    });
  });

  describe('with a schema at another version', () => {
    let migrations: MigrationsDirectory;
    const run = (tenant: TenantSpec) => ensureTenantDatabase(database.pool, tenant, FENCE, migrations.path);

    beforeEach(async () => {
      migrations = await createMigrations({ '1.ts': FIRST + DOWN });
    });
    afterEach(() => migrations.remove());

    it('an older one gets the migrations it lacks, with rights, and keeps its rows', async () => {
      const tenant = newTenant();
      await run(tenant);
      await withTenant(database, tenant, (client) => client.query('INSERT INTO a DEFAULT VALUES'));
      await migrations.write(
        '2.ts',
        `export async function up(knex) {
           await knex.schema.createTable('b', (table) => table.text('note'));
           await knex('b').insert({ note: "it's \\\\ new" });
         } ${DOWN}`,
      );
      expect(await run(tenant)).to.deep.equal({ schemaVersion: '2' });
      const { rows } = await withTenant(database, tenant, (client) =>
        client.query('SELECT id, note FROM a, b'),
      );
      expect(rows).to.deep.equal([{ id: 1, note: "it's \\ new" }]);
      const { rows: ran } = await database.pool.query(
        `SELECT name, batch FROM ${tenant.schema}.knex_migrations ORDER BY id`,
      );
      expect(ran).to.deep.equal([
        { name: '1.ts', batch: 1 },
        { name: '2.ts', batch: 2 },
      ]);
      expect(await verifyTenantDatabase(database.pool, tenant, migrations.path)).to.deep.equal([]);
    });

    it('a newer one is left alone, and the unknown migration named', async () => {
      const tenant = newTenant();
      await run(tenant);
      await database.pool.query(
        `INSERT INTO ${tenant.schema}.knex_migrations (name, batch) VALUES ('9_later.ts', 2)`,
      );
      const error = await refusal(run(tenant));
      expect(error).not.to.be.instanceOf(PermanentError);
      expect(error.message).to.include("doesn't know: 9_later.ts");
    });

    it('one that knex has locked is left alone', async () => {
      const tenant = newTenant();
      await run(tenant);
      await database.pool.query(`UPDATE ${tenant.schema}.knex_migrations_lock SET is_locked = 1`);
      expect((await refusal(run(tenant))).message).to.include('locked by a running "knex migrate"');
    });
  });
});
