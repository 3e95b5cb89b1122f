import { join } from 'node:path';
import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import type { DatabaseError } from 'pg';
import { createTenantsDatabase, type TestDatabase } from '../test/support/databases.ts';

const MIGRATIONS = { directory: join(import.meta.dirname, 'control'), loadExtensions: ['.ts'] };
const TENANT = 't_01m84k0gk5rcwym845ss';
const OTHER = 't_01m84k0gk5rcwym845st';
const OPERATION = 'op_01m84k0gk5rcwym845ss';

describe('control migrations', () => {
  let database: TestDatabase;
  let knex: Knex;

  before(async () => {
    // Any empty database will do.
    database = await createTenantsDatabase();
    knex = createKnex({ client: 'pg', connection: database.url, migrations: MIGRATIONS });
  });
  after(async () => {
    await knex.destroy();
    await database.drop();
  });
  beforeEach(() => knex.migrate.latest());
  afterEach(() => knex.migrate.rollback(undefined, true));

  const objects = async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      `SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
       UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1`,
    );
    return rows.map((row) => row.name).filter((name) => !name.startsWith('knex_'));
  };

  it('go up, down and up again', async () => {
    const up = await objects();
    expect(up).to.include.members(['tenants', 'operations', 'operation_steps', 'outbox', 'events', 'audit']);
    await seed(knex);
    await knex.migrate.rollback(undefined, true);
    expect(await objects()).to.deep.equal([]);
    await knex.migrate.latest();
    expect(await objects()).to.deep.equal(up);
    expect(await knex('control_epoch').pluck('epoch')).to.deep.equal([1]);
  });

  it('give a requested tenant its first wish, due at once', async () => {
    await seed(knex);
    expect(await knex('tenants').first()).to.include({
      state: 'requested',
      generation: 1,
      observed_generation: 0,
      lease_holder: null,
      lease_number: '0',
    });
    const due = await knex('tenants').whereRaw('retry_at <= now() AND observed_generation < generation');
    expect(due).to.have.length(1);
  });

  it('announce what is put in the outbox', async () => {
    await seed(knex);
    const client = await database.pool.connect();
    const heard = new Promise((resolve) => client.once('notification', resolve));
    await client.query('LISTEN outbox');
    await knex('outbox').insert({ tenant_id: TENANT });
    expect(await heard).to.include({ channel: 'outbox' });
    client.release(true);
  });

  const refusals: [what: string, constraint: string, change: (knex: Knex) => Knex.QueryBuilder][] = [
    ['a second epoch', 'control_epoch_pkey', (k) => k('control_epoch').insert({ epoch: 2 })],
    ['an epoch of 0', 'control_epoch_epoch_check', (k) => k('control_epoch').update({ epoch: 0 })],
    ['a malformed tenant id', 'tenants_id_check', (k) => k('tenants').insert(tenant({ id: 't_1' }))],
    ['a slug twice', 'tenants_slug_key', (k) => k('tenants').insert(tenant({ id: OTHER }))],
    ['an unknown plan', 'tenants_plan_check', (k) => k('tenants').update({ plan: 'gold' })],
    ['an unknown state', 'tenants_state_check', (k) => k('tenants').update({ state: 'lost' })],
    ['more observed than wished', 'tenants_check', (k) => k('tenants').update({ observed_generation: 2 })],
    ['a failure without a reason', 'tenants_check1', (k) => k('tenants').update({ state: 'failed' })],
    ['a ready tenant without its stack', 'tenants_check2', (k) => k('tenants').update({ state: 'ready' })],
    ['a lease without an end', 'tenants_check3', (k) => k('tenants').update({ lease_holder: 'w' })],
    [
      'a malformed operation id',
      'operations_id_check',
      (k) => k('operations').insert(operation({ id: 'op_1' })),
    ],
    [
      'an operation of no tenant',
      'operations_tenant_id_fkey',
      (k) => k('operations').update({ tenant_id: OTHER }),
    ],
    [
      'two operations of one wish',
      'operations_tenant_id_generation_key',
      (k) => k('operations').insert(SECOND),
    ],
    ['a step without its end', 'operation_steps_check', (k) => k('operation_steps').insert(step({}))],
    [
      'a failed step without error',
      'operation_steps_check1',
      (k) => k('operation_steps').insert(step(ENDED)),
    ],
    [
      'a short digest',
      'idempotency_keys_body_sha256_check',
      (k) => k('idempotency_keys').insert(SHORT_DIGEST),
    ],
    ['a wake-up of no tenant', 'outbox_tenant_id_fkey', (k) => k('outbox').insert({ tenant_id: OTHER })],
    [
      'an event of no tenant',
      'events_tenant_id_fkey',
      (k) => k('events').insert({ tenant_id: OTHER, kind: 'x' }),
    ],
    ['a tenant deleted with its history', 'operations_tenant_id_fkey', (k) => k('tenants').delete()],
  ];
  for (const [what, constraint, change] of refusals) {
    it(`refuse ${what}`, async () => {
      await seed(knex);
      const error: DatabaseError = await change(knex).then(
        () => expect.fail('was accepted'),
        (thrown: DatabaseError) => thrown,
      );
      expect(error.constraint).to.equal(constraint);
    });
  }
});

const tenant = (parts: object) => ({
  id: TENANT,
  slug: 'acme',
  company: 'Acme',
  email: 'ada@acme.example',
  plan: 'team',
  ...parts,
});
const operation = (parts: object) => ({
  id: OPERATION,
  tenant_id: TENANT,
  kind: 'provision',
  generation: 1,
  ...parts,
});
const SECOND = operation({ id: 'op_01m84k0gk5rcwym845st' });
const step = (parts: object) => ({
  operation_id: OPERATION,
  name: 'database',
  attempt: 1,
  state: 'failed',
  ...parts,
});
const ENDED = { finished_at: new Date() };
const SHORT_DIGEST = { caller: 'api', key: 'k', body_sha256: Buffer.alloc(31), tenant_id: TENANT };

/** One tenant with its operation. */
async function seed(knex: Knex): Promise<void> {
  await knex('tenants').insert(tenant({}));
  await knex('operations').insert(operation({}));
}
