import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { catalogueOf } from '../../test/support/catalogue.ts';
import type { TestDatabase } from '../../test/support/databases.ts';
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
import { ownershipComment } from './ownership.ts';
import { TENANT_MIGRATIONS } from './read-migrations.ts';
import { tenantRightsSql } from './tenant-rights.ts';

const FENCE = { epoch: 1, number: 1 };

describe('a replayed schema', () => {
  let database: TestDatabase;
  let unusual: MigrationsDirectory;
  before(async () => {
    database = await createPreparedDatabase();
    unusual = await createMigrations(UNUSUAL);
  });
  after(async () => {
    await unusual.remove();
    await database.drop();
  });

  async function withKnex<Result>(
    tenant: TenantSpec,
    directory: string,
    work: (knex: Knex) => Promise<Result>,
  ): Promise<Result> {
    const migrations = { directory, loadExtensions: ['.ts'] };
    const knex = createKnex({
      client: 'pg',
      connection: database.url,
      searchPath: tenant.schema,
      migrations,
    });
    try {
      return await work(knex);
    } finally {
      await knex.destroy();
    }
  }

  async function replayed(directory: string): Promise<TenantSpec> {
    const tenant = newTenant();
    await ensureTenantDatabase(database.pool, tenant, FENCE, directory);
    return tenant;
  }

  /** A tenant whose schema Knex itself has migrated. */
  async function migrated(directory: string): Promise<TenantSpec> {
    const tenant = newTenant();
    await fencedTransaction(database.pool, tenant.id, FENCE, (client) => ensureRole(client, tenant));
    await database.pool.query(`
      CREATE SCHEMA ${tenant.schema};
      COMMENT ON SCHEMA ${tenant.schema} IS '${ownershipComment(tenant.id)}'`);
    await withKnex(tenant, directory, (knex) => knex.migrate.latest());
    await database.pool.query(tenantRightsSql(tenant));
    return tenant;
  }

  const directories = [
    ['the product', () => TENANT_MIGRATIONS],
    ['unusual migrations', () => unusual.path],
  ] as const;
  for (const [what, directory] of directories) {
    describe(`of ${what}`, () => {
      it('has the catalogue of one that Knex migrated', async () => {
        const facts = await catalogueOf(database.pool, await replayed(directory()));
        expect(facts).to.have.length.above(20);
        expect(facts).to.deep.equal(await catalogueOf(database.pool, await migrated(directory())));
      });

      it('is up to date for Knex, which can roll it back and migrate it again', async () => {
        const tenant = await replayed(directory());
        const before = await catalogueOf(database.pool, tenant);
        await withKnex(tenant, directory(), async (knex) => {
          const [completed, pending] = await knex.migrate.list();
          expect(completed).to.have.length.above(0);
          expect(pending).to.deep.equal([]);
          expect(await knex.migrate.latest()).to.deep.equal([1, []]);
          await knex.migrate.rollback();
          await knex.migrate.latest();
        });
        expect(structure(await catalogueOf(database.pool, tenant))).to.deep.equal(structure(before));
      });
    });
  }

  it('gives the tenant rights on what a later knex migrate makes', async () => {
    const migrations = await createMigrations(UNUSUAL);
    const tenant = await replayed(migrations.path);
    await migrations.write(
      '3.ts',
      `export const up = (knex) => knex.raw('CREATE TABLE late (id serial)');${DOWN}`,
    );
    await withKnex(tenant, migrations.path, (knex) => knex.migrate.latest());
    const { rows } = await withTenant(database, tenant, (client) =>
      client.query('INSERT INTO late DEFAULT VALUES RETURNING id'),
    );
    expect(rows).to.deep.equal([{ id: 1 }]);
    await migrations.remove();
  });

  it('has the rows that its migrations wrote', async () => {
    const tenant = await replayed(unusual.path);
    const { rows } = await withTenant(database, tenant, (client) =>
      client.query('SELECT label, amount, at, flag, note FROM kinds ORDER BY id'),
    );
    expect(rows).to.deep.equal([
      {
        label: `it's "\\n" ?; $1`,
        amount: '12.50',
        at: new Date('2026-01-02T03:04:05.678Z'),
        flag: true,
        note: null,
      },
      { label: 'DOUBLED', amount: '25.00', at: null, flag: false, note: 'by trigger' },
    ]);
  });
});

/** Sequences have moved on after a second migration; all else must be as before. */
function structure(facts: readonly string[]): string[] {
  return facts.filter((fact) => !fact.startsWith('sequence '));
}

const DOWN = 'export const down = async () => {};';
/** Bound values, functions, triggers, savepoints, several statements in one, comments. */
const UNUSUAL = {
  '1_kinds.ts': `
    export async function up(knex) {
      await knex.raw(\`CREATE TABLE kinds (id serial PRIMARY KEY, label text, amount numeric(9, 2),
        at timestamptz, flag boolean, note text); CREATE INDEX ON kinds (label) -- the end\`);
      await knex.raw(\`CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.at IS NULL THEN NEW.note := 'by trigger'; NEW.label := upper(NEW.label); END IF;
        RETURN NEW; END $$;\`);
      await knex.raw('CREATE TRIGGER shouts BEFORE INSERT ON kinds FOR EACH ROW EXECUTE FUNCTION shout()');
    }
    export const down = (knex) => knex.raw('DROP TABLE kinds; DROP FUNCTION shout()');`,
  '2_rows.ts': `
    export async function up(knex) {
      const at = new Date('2026-01-02T03:04:05.678Z');
      await knex.transaction((inner) =>
        inner('kinds').insert({ label: \`it's "\\\\n" ?; $1\`, amount: 12.5, at, flag: true, note: null }));
      await knex.raw(
        'INSERT INTO kinds (label, amount, flag) SELECT ?, amount * ?, ? FROM kinds', ['doubled', 2, false]);
    }
    export const down = (knex) => knex('kinds').delete();`,
};
