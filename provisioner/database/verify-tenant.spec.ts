import { expect } from 'chai';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import type { TestDatabase } from '../../test/support/databases.ts';
import { createPreparedDatabase, newTenant, withTenant } from '../../test/support/tenants-database.ts';
import { applicationRole, currentDatabase } from './application-role.ts';
import { ensureTenantDatabase } from './ensure-tenant.ts';
import { verifyTenantDatabase } from './verify-tenant.ts';

describe('verifyTenantDatabase', () => {
  let database: TestDatabase;
  let tenant: TenantSpec;
  let other: TenantSpec;
  const FENCE = { epoch: 1, number: 1 };

  before(async () => {
    database = await createPreparedDatabase();
    other = newTenant();
    await ensureTenantDatabase(database.pool, other, FENCE);
  });
  after(() => database.drop());
  beforeEach(async () => {
    tenant = newTenant();
    await ensureTenantDatabase(database.pool, tenant, FENCE);
  });

  const problems = () => verifyTenantDatabase(database.pool, tenant);

  it('finds nothing to say of a tenant as it should be', async () => {
    expect(await problems()).to.deep.equal([]);
  });

  it('names role, schema and version that are missing', async () => {
    tenant = newTenant();
    expect(await problems()).to.deep.equal([
      `role ${tenant.role} is missing`,
      `schema ${tenant.schema} is missing`,
      `table ${tenant.schema}.knex_migrations is missing`,
    ]);
  });

  type Harm = [what: string, sql: (names: Names) => string, problem: RegExp];
  const harms: Harm[] = [
    ['a role that may log in', ({ r }) => `ALTER ROLE ${r} LOGIN`, /may log in/],
    ['a role that makes roles', ({ r }) => `ALTER ROLE ${r} CREATEROLE`, /an attribute such as SUPERUSER/],
    ['a role in another', ({ r, o }) => `GRANT ${o} TO ${r}`, /^role \S+ is a member of t_/],
    ['a role that another becomes', ({ r, o }) => `GRANT ${r} TO ${o}`, /^role t_\S+ may become/],
    [
      'an application shut out',
      ({ r, app }) => `REVOKE ${r} FROM ${app}`,
      /^role landlord_app_\S+ may not become/,
    ],
    [
      'an application that inherits',
      ({ r, app }) => `GRANT ${r} TO ${app} WITH INHERIT TRUE`,
      /by SET ROLE alone/,
    ],
    ['a schema shut', ({ s, r }) => `REVOKE USAGE ON SCHEMA ${s} FROM ${r}`, /has no USAGE on schema/],
    [
      'a schema to build in',
      ({ s, r }) => `GRANT CREATE ON SCHEMA ${s} TO ${r}`,
      /should not \(t_\S+:CREATE\)/,
    ],
    [
      'a schema open to all',
      ({ s }) => `GRANT USAGE ON SCHEMA ${s} TO PUBLIC`,
      /should not \(PUBLIC:USAGE\)/,
    ],
    [
      'a table shut',
      ({ s, r }) => `REVOKE DELETE ON ${s}.tasks FROM ${r}`,
      /rights \(INSERT, SELECT, UPDATE\) inst/,
    ],
    [
      'a sequence shut',
      ({ s, r }) => `REVOKE ALL ON ${s}.usage_events_id_seq FROM ${r}`,
      /rights \(\) instead/,
    ],
    ['a table to empty', ({ s, r }) => `GRANT TRUNCATE ON ${s}.tasks TO ${r}`, /TRUNCATE, UPDATE\) instead/],
    [
      'an open lock',
      ({ s, r }) => `GRANT UPDATE ON ${s}.knex_migrations_lock TO ${r}`,
      /\(UPDATE\) instead of \(\)/,
    ],
    ['a table open to all', ({ s }) => `GRANT SELECT ON ${s}.tasks TO PUBLIC`, /tasks is open to PUBLIC$/],
    ['a table open to another', ({ s, o }) => `GRANT SELECT ON ${s}.tasks TO ${o}`, /tasks is open to t_/],
    ['another schema open', ({ r, o }) => `GRANT USAGE ON SCHEMA ${o} TO ${r}`, /has rights on schema t_/],
    [
      'another table open',
      ({ r, o }) => `GRANT SELECT ON ${o}.tasks TO ${r}`,
      /has rights on table t_\S+\.tasks$/,
    ],
    [
      'open fences',
      ({ r }) => `GRANT SELECT ON landlord.fences TO ${r}`,
      /has rights on table landlord\.fences$/,
    ],
    [
      'a database to build in',
      ({ r, db }) => `GRANT CREATE ON DATABASE ${db} TO ${r}`,
      /may make schemas in/,
    ],
    ['an open public schema', () => 'GRANT USAGE ON SCHEMA public TO PUBLIC', /may use schema public$/],
    [
      'open temporary tables',
      ({ db }) => `GRANT TEMPORARY ON DATABASE ${db} TO PUBLIC`,
      /make temporary tables in/,
    ],
  ];
  /** What only a person can judge. */
  const unmended: Harm[] = [
    ['a role without proof', ({ r }) => `COMMENT ON ROLE ${r} IS NULL`, /^role \S+ has the comment null/],
    [
      'a schema without proof',
      ({ s }) => `COMMENT ON SCHEMA ${s} IS 'mine'`,
      /^schema \S+ has the comment "mine"/,
    ],
    [
      'a missing migration',
      ({ s }) => `DELETE FROM ${s}.knex_migrations WHERE id = 3`,
      /lacks .*_usage\.ts$/,
    ],
    ['an unknown one', ({ s }) => `INSERT INTO ${s}.knex_migrations (name) VALUES ('x.ts')`, /know: x\.ts$/],
  ];
  it('names what the tenant made itself', async () => {
    await withTenant(database, tenant, (client) => client.query('SELECT lo_create(99)'));
    expect(await problems()).to.deep.equal([`role ${tenant.role} owns large object 99`]);
  });

  const harm = async (sql: Harm[1]) => {
    const db = await currentDatabase(database.pool);
    const names = { s: tenant.schema, r: tenant.role, o: other.schema, app: applicationRole(db), db };
    await database.pool.query(sql(names));
  };
  for (const [what, sql, problem] of harms) {
    it(`names ${what}, and the next run mends it`, async () => {
      await harm(sql);
      expect((await problems()).filter((each) => problem.test(each))).to.have.length(1);
      await ensureTenantDatabase(database.pool, tenant, FENCE);
      expect(await problems()).to.deep.equal([]);
    });
  }
  for (const [what, sql, problem] of unmended) {
    it(`names ${what}`, async () => {
      await harm(sql);
      expect((await problems()).filter((each) => problem.test(each))).to.have.length(1);
    });
  }
});

/** Schema and role of the tenant, both of another, the application's role and the database. */
interface Names {
  readonly s: string;
  readonly r: string;
  readonly o: string;
  readonly app: string;
  readonly db: string;
}
