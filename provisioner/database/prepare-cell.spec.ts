import { expect } from 'chai';
import { PermanentError } from '../../tenancy/errors.ts';
import { createTenantsDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { applicationRole, currentDatabase } from './application-role.ts';
import { prepareTenantsDatabase } from './prepare-cell.ts';

describe('prepareTenantsDatabase', () => {
  let database: TestDatabase;
  let role: string;

  beforeEach(async () => {
    database = await createTenantsDatabase();
    role = applicationRole(await currentDatabase(database.pool));
  });
  afterEach(() => database.drop());

  const refusal = () =>
    prepareTenantsDatabase(database.pool).then(
      () => expect.fail('was not refused'),
      (error) => error,
    );

  it('leaves PUBLIC nothing in the database or its public schema', async () => {
    await database.pool.query(`GRANT ALL ON DATABASE ${await currentDatabase(database.pool)} TO PUBLIC`);
    await prepareTenantsDatabase(database.pool);
    const { rows } = await database.pool.query(
      `SELECT has_database_privilege('public', current_database(), 'CONNECT, TEMPORARY') AS database,
         has_schema_privilege('public', 'public', 'USAGE, CREATE') AS schema,
         has_schema_privilege('public', 'landlord', 'USAGE') AS landlord`,
    );
    expect(rows).to.deep.equal([{ database: false, schema: false, landlord: false }]);
  });

  it('makes an application role that can only connect', async () => {
    await prepareTenantsDatabase(database.pool);
    const { rows } = await database.pool.query(
      `SELECT rolcanlogin, rolinherit, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = $1`,
      [role],
    );
    const nothing = { rolinherit: false, rolsuper: false, rolcreaterole: false, rolcreatedb: false };
    expect(rows).to.deep.equal([{ rolcanlogin: false, ...nothing }]);
  });

  it('functions made later are closed to PUBLIC', async () => {
    await prepareTenantsDatabase(database.pool);
    await database.pool.query(`CREATE FUNCTION landlord.f() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
    const { rows } = await database.pool.query(
      `SELECT has_function_privilege('public', 'landlord.f()', 'EXECUTE') AS open`,
    );
    expect(rows).to.deep.equal([{ open: false }]);
  });

  it('may run again and at the same time, and keeps the fences', async () => {
    await prepareTenantsDatabase(database.pool);
    await database.pool.query(`INSERT INTO landlord.fences (tenant_id, epoch, number) VALUES ('t', 1, 9)`);
    await Promise.all([1, 2, 3, 4].map(() => prepareTenantsDatabase(database.pool)));
    const { rows } = await database.pool.query('SELECT tenant_id, epoch, number FROM landlord.fences');
    expect(rows).to.deep.equal([{ tenant_id: 't', epoch: '1', number: '9' }]);
  });

  it('a first time at the same time ends well', async () => {
    await Promise.all([1, 2, 3, 4].map(() => prepareTenantsDatabase(database.pool)));
    const { rows } = await database.pool.query(`SELECT to_regclass('landlord.fences') IS NOT NULL AS made`);
    expect(rows).to.deep.equal([{ made: true }]);
  });

  it("refuses someone else's schema landlord", async () => {
    await database.pool.query(`CREATE ROLE ${role}; GRANT ${role} TO current_user`);
    await database.pool.query(
      `GRANT CREATE ON DATABASE ${new URL(database.url).pathname.slice(1)} TO ${role}`,
    );
    await database.pool.query(`CREATE SCHEMA landlord AUTHORIZATION ${role}`);
    const error = await refusal();
    expect(error).to.be.instanceOf(PermanentError);
    expect(error.message).to.include(`belongs to ${role}`);
  });

  it("refuses someone else's application role", async () => {
    await database.pool.query(`CREATE ROLE ${role}`);
    const error = await refusal();
    expect(error).to.be.instanceOf(PermanentError);
    expect(error.message).to.include(`role ${role} exists without the comment`);
  });
});

describe('applicationRole', () => {
  it('is named after the database, and refuses a name that PostgreSQL would cut', () => {
    expect(applicationRole('tenants')).to.equal('landlord_app_tenants');
    expect(() => applicationRole('d'.repeat(51))).to.throw(RangeError, 'is too long');
  });
});
