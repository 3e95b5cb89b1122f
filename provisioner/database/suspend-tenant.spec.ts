import { expect } from 'chai';
import pg from 'pg';
import { LeaseLostError } from '../../tenancy/errors.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import type { TestDatabase } from '../../test/support/databases.ts';
import { refusal } from '../../test/support/refusal.ts';
import {
  createMigrations,
  createPreparedDatabase,
  logInAs,
  newTenant,
  withTenant,
} from '../../test/support/tenants-database.ts';
import { applicationRole, currentDatabase } from './application-role.ts';
import { ensureTenantDatabase } from './ensure-tenant.ts';
import { shutOut } from './shut-out.ts';
import { verifyTenantDatabase } from './verify-tenant.ts';

const FENCE = { epoch: 1, number: 5 };
const DENIED = { code: '42501' };
/** admin_shutdown, as the client hears it, or the broken connection when it was not listening. */
const ENDED = /terminating connection|Connection terminated|not queryable/;

describe('ensureTenantDatabase of a suspended tenant', () => {
  let database: TestDatabase;
  let tenant: TenantSpec;
  let application: string;
  const sessions: pg.Client[] = [];
  before(async () => {
    database = await createPreparedDatabase();
    application = applicationRole(await currentDatabase(database.pool));
  });
  beforeEach(async () => {
    tenant = newTenant();
    await ensureTenantDatabase(database.pool, tenant, FENCE);
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.end();
  });
  after(() => database.drop());

  const suspended = () => ({ ...tenant, target: 'suspended' as const });
  const suspend = () => ensureTenantDatabase(database.pool, suspended(), FENCE);
  const resume = () => ensureTenantDatabase(database.pool, tenant, FENCE);
  const add = (client: pg.Client) =>
    client.query(`INSERT INTO members (email, name) VALUES ('ada@a.example', 'Ada')`);

  /** A session of the product that has become the tenant. */
  async function become(who: TenantSpec): Promise<pg.Client> {
    const session = await logInAs(database, application);
    sessions.push(session);
    await session.query(`SET ROLE ${who.role}; SET search_path TO ${who.schema}`);
    return session;
  }

  it('keeps the data and lets nobody become it; resumed, it works with them', async () => {
    await withTenant(database, tenant, add);
    await suspend();
    expect(await refusal(withTenant(database, tenant, add))).to.include(DENIED);
    const { rows } = await database.pool.query(`SELECT name FROM ${tenant.schema}.members`);
    expect(rows).to.deep.equal([{ name: 'Ada' }]);
    await resume();
    const { rowCount } = await withTenant(database, tenant, (client) => client.query('SELECT FROM members'));
    expect(rowCount).to.equal(1);
  });

  it('is verified as suspended, and as active only when it is resumed', async () => {
    const verify = (spec: TenantSpec) => verifyTenantDatabase(database.pool, spec);
    expect(await verify(suspended())).to.deep.equal([
      `role ${application} may become or inherits ${tenant.role}`,
      `schema ${tenant.schema} grants what it should not (${tenant.role}:USAGE)`,
    ]);
    await suspend();
    expect(await verify(suspended())).to.deep.equal([]);
    expect(await verify(tenant)).to.deep.equal([
      `role ${application} may not become ${tenant.role} by SET ROLE alone`,
      `role ${tenant.role} has no USAGE on schema ${tenant.schema}`,
    ]);
    await suspend();
    await resume();
    expect(await verify(tenant)).to.deep.equal([]);
  });

  it('can be made as such', async () => {
    tenant = newTenant();
    await suspend();
    expect(await verifyTenantDatabase(database.pool, suspended())).to.deep.equal([]);
  });

  it("ends the tenant's sessions, and nobody else's", async () => {
    const other = newTenant();
    await ensureTenantDatabase(database.pool, other, FENCE);
    const [inside, elsewhere] = [await become(tenant), await become(other)];
    const operator = new pg.Client({ connectionString: database.url });
    sessions.push(operator);
    await operator.connect();
    await operator.query(`BEGIN; SELECT FROM ${tenant.schema}.members`);
    for (const session of [inside, elsewhere]) await session.query('BEGIN; SELECT FROM members');
    await suspend();
    expect((await refusal(inside.query('SELECT FROM members'))).message).to.match(ENDED);
    await elsewhere.query('SELECT FROM members');
    await operator.query('COMMIT');
  });

  it('ends the sessions of a role that logs in by itself', async () => {
    await database.pool.query(
      `GRANT CONNECT ON DATABASE ${await currentDatabase(database.pool)} TO ${tenant.role}`,
    );
    const session = await logInAs(database, tenant.role);
    sessions.push(session);
    await suspend();
    expect((await refusal(session.query('SELECT'))).message).to.match(ENDED);
    expect(await verifyTenantDatabase(database.pool, suspended())).to.deep.equal([]);
  });

  it('leaves the landlord no right over sessions', async () => {
    const session = await become(tenant);
    await session.query('BEGIN; SELECT FROM members');
    await suspend();
    const { rows } = await database.pool.query(
      `SELECT pg_has_role(current_user, $1, 'USAGE') AS application, pg_has_role(current_user, $2, 'USAGE') AS tenant`,
      [application, tenant.role],
    );
    expect(rows).to.deep.equal([{ application: false, tenant: false }]);
  });

  it('shuts the schema to a session that had become the tenant and was idle', async () => {
    const session = await become(tenant);
    const read = { name: 'read', text: `SELECT FROM ${tenant.schema}.members` };
    await session.query(read);
    await shutOut(database.pool, suspended(), FENCE);
    expect(await refusal(session.query(read))).to.include(DENIED);
    await suspend();
    expect(await refusal(session.query(read))).to.include(DENIED);
    await resume();
    await session.query(read);
  });

  it('is migrated though a session holds its tables', async () => {
    const down = 'export const down = async () => {};';
    const alter = (column: string) =>
      `export const up = (knex) => knex.schema.alterTable('a', (table) => table.text('${column}')); ${down}`;
    const migrations = await createMigrations({
      '1.ts': `export const up = (knex) => knex.schema.createTable('a', (table) => table.increments()); ${down}`,
    });
    const run = (spec: TenantSpec) => ensureTenantDatabase(database.pool, spec, FENCE, migrations.path);
    tenant = newTenant();
    await run(tenant);
    const session = await become(tenant);
    await session.query('BEGIN; SELECT FROM a');
    await migrations.write('2.ts', alter('note'));
    expect(await run(suspended())).to.deep.equal({ schemaVersion: '2' });
    await migrations.remove();
  });

  it('changes nothing under an old fence', async () => {
    const stale = ensureTenantDatabase(database.pool, suspended(), { epoch: 1, number: 4 });
    expect(await refusal(stale)).to.be.instanceOf(LeaseLostError);
    expect(await verifyTenantDatabase(database.pool, tenant)).to.deep.equal([]);
  });
});
