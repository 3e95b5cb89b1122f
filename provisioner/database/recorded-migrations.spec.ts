import { expect } from 'chai';
import { createTenantsDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { createMigrations } from '../../test/support/tenants-database.ts';
import { readMigrations, TENANT_MIGRATIONS } from './read-migrations.ts';
import { recordMigrations } from './record-migrations.ts';
import { recordedMigrations } from './recorded-migrations.ts';

const DOWN = 'export const down = async () => {};';
const FINE = `export const up = (knex) => knex.raw('CREATE TABLE fine (id int)');${DOWN}`;

describe('recordedMigrations', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTenantsDatabase();
  });
  after(() => database.drop());

  const recordOf = (directory: string) => recordedMigrations(database.pool, directory);
  async function refusalOf(source: string): Promise<string> {
    const migrations = await createMigrations({ '1_fine.ts': FINE, '2_odd.ts': source + DOWN });
    try {
      return await recordOf(migrations.path).then(
        () => expect.fail('was recorded'),
        (error) => error.message,
      );
    } finally {
      await migrations.remove();
    }
  }

  it('records what Knex sends and leaves nothing behind', async () => {
    const recording = await recordOf(TENANT_MIGRATIONS);
    expect(recording.bookkeeping).to.match(
      /create table "knex_migrations".*create table "knex_migrations_lock"/s,
    );
    expect(recording.migrations.map((migration) => migration.name)).to.deep.equal([
      '20261101000000_members.ts',
      '20261101000100_projects.ts',
      '20261101000200_usage.ts',
    ]);
    expect(recording.migrations[1]?.sql)
      .to.include('create table "tasks"')
      .and.not.include('knex_migrations');
    const { rows } = await database.pool.query(
      "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'landlord%' OR nspname LIKE 't\\_%'",
    );
    expect(rows).to.deep.equal([]);
  });

  it('sends the same each time: nothing in the product’s migrations is random', async () => {
    const files = await readMigrations(TENANT_MIGRATIONS);
    const [first, second] = [
      await recordMigrations(database.pool, files),
      await recordMigrations(database.pool, files),
    ];
    expect(first.migrations).to.deep.equal(second.migrations);
  });

  it('records once for the same files, also for those who ask at once, and again when a file changed', async () => {
    const migrations = await createMigrations({ '1_fine.ts': FINE });
    const [first, atOnce] = await Promise.all([recordOf(migrations.path), recordOf(migrations.path)]);
    expect(atOnce).to.equal(first);
    await migrations.write('1_fine.ts', FINE.replace('fine', 'finer'));
    const changed = await recordOf(migrations.path);
    expect(changed.migrations[0]?.sql).to.equal('CREATE TABLE finer (id int)');
    await migrations.remove();
  });

  it('names a directory without migrations', async () => {
    const migrations = await createMigrations({});
    const error = await recordOf(migrations.path).catch((thrown) => thrown);
    await migrations.remove();
    expect(error.message).to.include('no migration').and.to.include(migrations.path);
  });

  it('refuses a migration that reads', async () => {
    expect(await refusalOf(`export const up = (knex) => knex('fine').select('*');`)).to.match(
      /^2_odd\.ts reads what "select \* from "fine"" answers: tenant migrations are recorded once/,
    );
    expect(await refusalOf(`export const up = (knex) => knex.schema.hasTable('fine');`)).to.match(
      /^2_odd\.ts reads/,
    );
    expect(
      await refusalOf(
        `export const up = (knex) => knex.raw('CREATE TABLE b (i int); INSERT INTO b VALUES (1) RETURNING i');`,
      ),
    ).to.match(/^2_odd\.ts reads/);
  });

  it('refuses a migration that opts out of transactions', async () => {
    const source = `export const config = { transaction: false }; export const up = async () => {};`;
    expect(await refusalOf(source)).to.match(/^2_odd\.ts opts out of transactions/);
  });

  it('refuses a bound value without a certain text form', async () => {
    const source = `export const up = (knex) => knex.raw('INSERT INTO fine SELECT 1 FROM jsonb_each(?)', [{ a: 1 }]);`;
    expect(await refusalOf(source)).to.match(/^2_odd\.ts can't be recorded: a bound value of type object/);
  });

  it('tells the error of a migration that fails, and works again once it is mended', async () => {
    const migrations = await createMigrations({
      '1_fine.ts': `export const up = (knex) => knex.raw('oops');${DOWN}`,
    });
    const error = await recordOf(migrations.path).catch((thrown) => thrown);
    expect(error.message).to.include('oops').and.to.include('syntax error');
    await migrations.write('1_fine.ts', FINE);
    expect((await recordOf(migrations.path)).migrations).to.have.length(1);
    await migrations.remove();
  });
});
