import { expect } from 'chai';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import type { TestDatabase } from '../../test/support/databases.ts';
import {
  createPreparedDatabase,
  newTenant,
  withApplication,
  withTenant,
} from '../../test/support/tenants-database.ts';
import { ensureTenantDatabase } from './ensure-tenant.ts';

/** insufficient_privilege */
const DENIED = '42501';

describe('isolation of tenants in SQL', () => {
  let database: TestDatabase;
  let largeObject: string;
  const a = newTenant();
  const b = newTenant();

  before(async () => {
    database = await createPreparedDatabase();
    for (const tenant of [a, b]) await ensureTenantDatabase(database.pool, tenant, { epoch: 1, number: 1 });
    await withTenant(database, b, async (client) => {
      await client.query(`INSERT INTO members (email, name) VALUES ('bob@b.example', 'Bob')`);
      await client.query(`INSERT INTO usage_events (kind) VALUES ('api.request')`);
      const { rows } = await client.query<{ id: string }>(`SELECT lo_from_bytea(0, 'secret of b') AS id`);
      largeObject = rows[0]?.id ?? '';
    });
    await database.pool.query(`
      CREATE FUNCTION ${b.schema}.read_members() RETURNS bigint LANGUAGE sql SECURITY DEFINER
        AS 'SELECT count(*) FROM ${b.schema}.members';
      CREATE VIEW ${b.schema}.names AS SELECT name FROM ${b.schema}.members`);
  });
  after(() => database.drop());

  const codeOf = (attempt: Promise<unknown>): Promise<string | undefined> =>
    attempt.then(
      () => undefined,
      (error) => error.code,
    );

  it('a tenant works with its own rows', async () => {
    const { rows } = await withTenant(database, a, async (client) => {
      await client.query(`INSERT INTO members (email, name) VALUES ('ada@a.example', 'Ada')`);
      await client.query(`INSERT INTO usage_events (kind) VALUES ('api.request')`);
      await client.query(`UPDATE members SET name = 'Ada L.'`);
      return client.query('DELETE FROM members RETURNING name');
    });
    expect(rows).to.deep.equal([{ name: 'Ada L.' }]);
  });

  const denied: [string, (other: TenantSpec) => string][] = [
    ['read another tenant’s table', (other) => `SELECT * FROM ${other.schema}.members`],
    ['write another tenant’s table', (other) => `DELETE FROM ${other.schema}.members`],
    ['read another tenant’s view', (other) => `SELECT * FROM ${other.schema}.names`],
    ['call another tenant’s function', (other) => `SELECT ${other.schema}.read_members()`],
    ['use another tenant’s sequence', (other) => `SELECT nextval('${other.schema}.usage_events_id_seq')`],
    ['read another tenant’s large object', () => `SELECT lo_get(${largeObject})`],
    ['write another tenant’s large object', () => `SELECT lo_put(${largeObject}, 0, 'x')`],
    ['read the fences', () => 'SELECT * FROM landlord.fences'],
    ['block role changes', () => 'BEGIN; LOCK TABLE landlord.role_changes'],
    ['read the migrations of its schema', () => 'SELECT * FROM knex_migrations'],
    ['unlock the migrations of its schema', () => 'UPDATE knex_migrations_lock SET is_locked = 1'],
    ['move the migrations’ sequence', () => `SELECT nextval('knex_migrations_id_seq')`],
    ['create a table', () => 'CREATE TABLE own (id int)'],
    ['create a function', () => `CREATE FUNCTION own() RETURNS int LANGUAGE sql AS 'SELECT 1'`],
    ['create a schema', () => 'CREATE SCHEMA own'],
    ['create in public', () => 'CREATE TABLE public.own (id int)'],
    ['create a temporary table', () => 'CREATE TEMPORARY TABLE own (id int)'],
    ['alter its tables', () => 'ALTER TABLE members ADD COLUMN more text'],
    ['drop its tables', () => 'DROP TABLE usage_events'],
    ['truncate its tables', () => 'TRUNCATE usage_events'],
    [
      'add a trigger',
      () => 'CREATE TRIGGER t BEFORE INSERT ON members EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    ],
    [
      'change the landlord’s default rights',
      () => 'ALTER DEFAULT PRIVILEGES FOR ROLE landlord_owner GRANT SELECT ON TABLES TO PUBLIC',
    ],
    ['read the server’s files', () => `SELECT pg_read_file('postgresql.conf')`],
    ['run a program', () => `COPY members TO PROGRAM 'true'`],
    ['read password hashes', () => 'SELECT rolpassword FROM pg_authid'],
    [
      'end the landlord’s work',
      () => `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'landlord_owner'`,
    ],
    ['make a role', () => 'CREATE ROLE own'],
  ];
  for (const [what, statement] of denied) {
    it(`a tenant may not ${what}`, async () => {
      const sql = statement(b);
      expect(await codeOf(withTenant(database, a, (client) => client.query(sql)))).to.equal(DENIED);
    });
  }

  it('the search path gives no way to another tenant', async () => {
    const attempt = withTenant(database, a, async (client) => {
      await client.query(`SET search_path TO ${b.schema}`);
      return client.query('SELECT * FROM members');
    });
    expect(await codeOf(attempt)).to.equal('42P01');
  });

  it('statistics of another tenant’s columns stay hidden', async () => {
    await database.pool.query(`ANALYZE ${b.schema}.members`);
    const { rows } = await withTenant(database, a, (client) =>
      client.query('SELECT * FROM pg_stats WHERE schemaname = $1', [b.schema]),
    );
    expect(rows).to.deep.equal([]);
  });

  it('the application role can only become a tenant: it reads nothing itself', async () => {
    await withApplication(database, async (client) => {
      expect(await codeOf(client.query(`SELECT * FROM ${a.schema}.members`))).to.equal(DENIED);
      expect(await codeOf(client.query('SELECT * FROM landlord.fences'))).to.equal(DENIED);
      expect(await codeOf(client.query('SET ROLE landlord_owner'))).to.equal(DENIED);
      expect(await codeOf(client.query('CREATE TEMPORARY TABLE own (id int)'))).to.equal(DENIED);
      await client.query(`SET ROLE ${b.role}`);
    });
  });

  it('only the application role may connect, of all that tenants’ code can be', async () => {
    const { rows } = await database.pool.query(
      `SELECT has_database_privilege($1, current_database(), 'CONNECT') AS tenant,
         has_database_privilege('landlord_app_' || current_database(), current_database(), 'CONNECT') AS application`,
      [a.role],
    );
    expect(rows).to.deep.equal([{ tenant: false, application: true }]);
  });
});
