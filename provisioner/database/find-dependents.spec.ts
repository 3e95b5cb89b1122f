import { expect } from 'chai';
import { PermanentError } from '../../tenancy/errors.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import type { TestDatabase } from '../../test/support/databases.ts';
import { refusal } from '../../test/support/refusal.ts';
import { createPreparedDatabase, newTenant } from '../../test/support/tenants-database.ts';
import { ensureTenantDatabase } from './ensure-tenant.ts';
import { findDependents } from './find-dependents.ts';
import { removeTenantDatabase } from './remove-tenant.ts';

const FENCE = { epoch: 1, number: 1 };

describe('removeTenantDatabase where another schema depends on the tenant’s', () => {
  let database: TestDatabase;
  let tenant: TenantSpec;
  before(async () => {
    database = await createPreparedDatabase();
  });
  beforeEach(async () => {
    tenant = newTenant();
    await ensureTenantDatabase(database.pool, tenant, FENCE);
  });
  after(() => database.drop());

  const remove = () => removeTenantDatabase(database.pool, { ...tenant, target: 'erased' }, FENCE);
  const run = (sql: string) => database.pool.query(sql);
  const members = () => run(`SELECT FROM ${tenant.schema}.members`);

  const dependents: [what: string, make: (schema: string) => string, description: string][] = [
    ['view', (s) => `CREATE VIEW outside.it AS SELECT name FROM ${s}.members`, 'view outside.it'],
    [
      'view of a view',
      (s) => `CREATE VIEW ${s}.v AS SELECT name FROM ${s}.members; CREATE VIEW outside.it AS TABLE ${s}.v`,
      'view outside.it',
    ],
    [
      'column default',
      (s) => `CREATE TABLE outside.it (id int DEFAULT nextval('${s}.usage_events_id_seq'))`,
      'default value for column id of table outside.it',
    ],
    [
      'foreign key',
      (s) => `CREATE TABLE outside.it (id uuid, CONSTRAINT k FOREIGN KEY (id) REFERENCES ${s}.members)`,
      'constraint k on table outside.it',
    ],
    [
      'trigger',
      (s) => `CREATE FUNCTION ${s}.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
        CREATE TABLE outside.it (id int);
        CREATE TRIGGER g BEFORE INSERT ON outside.it EXECUTE FUNCTION ${s}.f()`,
      'trigger g on table outside.it',
    ],
  ];
  for (const [what, make, description] of dependents) {
    it(`a ${what}: names it, keeps it and the data, and goes on when it is gone`, async () => {
      await run(`CREATE SCHEMA outside; ${make(tenant.schema)}`);
      const error = await refusal(remove());
      await run('DROP SCHEMA outside CASCADE');
      expect(error).to.be.instanceOf(PermanentError);
      expect(error.message).to.include(`depends on it: ${description}. `);
      expect((await members()).rowCount).to.equal(0);
      await remove();
      expect(await refusal(members())).to.include({ code: '42P01' });
    });
  }

  it('finds nothing where all that goes is the tenant’s', async () => {
    expect(await findDependents(database.pool, tenant)).to.deep.equal([]);
  });
});
