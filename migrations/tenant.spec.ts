import { join } from 'node:path';
import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import type { DatabaseError } from 'pg';
import { createTenantsDatabase, type TestDatabase } from '../test/support/databases.ts';

const SCHEMA = 'product';
const TABLES = ['api_tokens', 'members', 'projects', 'settings', 'tasks', 'usage_events'];
const MIGRATIONS = { directory: join(import.meta.dirname, 'tenant'), loadExtensions: ['.ts'] };

describe('tenant migrations', () => {
  let database: TestDatabase;
  let knex: Knex;

  before(async () => {
    database = await createTenantsDatabase();
    await database.pool.query(`CREATE SCHEMA ${SCHEMA}`);
    knex = createKnex({ client: 'pg', connection: database.url, searchPath: SCHEMA, migrations: MIGRATIONS });
  });
  after(async () => {
    await knex.destroy();
    await database.drop();
  });
  beforeEach(() => knex.migrate.latest());
  afterEach(() => knex.migrate.rollback(undefined, true));

  const tables = async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      `SELECT relname::text AS name FROM pg_class
       WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'v', 'S') ORDER BY 1`,
      [SCHEMA],
    );
    return rows.map((row) => row.name).filter((name) => !name.startsWith('knex_'));
  };

  it('go up, down and up again', async () => {
    const up = await tables();
    expect(up).to.include.members(TABLES);
    await knex.migrate.rollback(undefined, true);
    expect(await tables()).to.deep.equal([]);
    await knex.migrate.latest();
    expect(await tables()).to.deep.equal(up);
  });

  it('go down one at a time and leave the rows of what stays', async () => {
    const { task } = await seed(knex);
    await knex.migrate.down();
    expect(await knex('tasks').pluck('id')).to.deep.equal([task]);
    await knex.migrate.down();
    expect(await knex('members').pluck('name')).to.deep.equal(['Ada']);
    await knex.migrate.latest();
    expect(await knex('members').pluck('name')).to.deep.equal(['Ada']);
    expect(await knex('tasks').pluck('id')).to.deep.equal([]);
  });

  it('give rows ids, times and defaults', async () => {
    const { project } = await seed(knex);
    const [task] = await knex('tasks');
    expect(task).to.include({ project_id: project, state: 'open', priority: 0, body: '', finished_at: null });
    expect(task.created_at).to.be.instanceOf(Date);
    const [event] = await knex('usage_events').insert({ kind: 'api.request' }).returning(['id', 'quantity']);
    expect(event).to.deep.equal({ id: '1', quantity: '1' });
  });

  it('delete what belongs to a row and keep what only mentions it', async () => {
    const { member, project, token } = await seed(knex);
    await knex('usage_events').insert({ kind: 'api.request', member_id: member, api_token_id: token });
    await knex('settings').insert({ key: 'theme', value: '"dark"', updated_by: member });
    await knex('members').where({ id: member }).delete();
    expect(await knex('api_tokens')).to.deep.equal([]);
    expect(await knex('usage_events').first('member_id', 'api_token_id')).to.deep.equal({
      member_id: null,
      api_token_id: null,
    });
    expect(await knex('settings').first('value', 'updated_by')).to.deep.equal({
      value: 'dark',
      updated_by: null,
    });
    expect(await knex('tasks').first('assignee_id', 'created_by')).to.deep.equal({
      assignee_id: null,
      created_by: null,
    });
    await knex('projects').where({ id: project }).delete();
    expect(await knex('tasks')).to.deep.equal([]);
  });

  it('free the address of a disabled member, the name of an archived project and of a revoked token', async () => {
    const { member } = await seed(knex);
    const token = { member_id: member, name: 'ci', token_sha256: Buffer.alloc(32, 2) };
    await knex('members').update({ state: 'disabled' });
    await knex('projects').update({ archived_at: knex.fn.now() });
    await knex('api_tokens').update({ revoked_at: knex.fn.now() });
    await knex('members').insert({ email: 'ADA@acme.example', name: 'Ada' });
    await knex('projects').insert({ key: 'WEB', name: 'launch' });
    await knex('api_tokens').insert(token);
  });

  const refusals: [string, string, (ids: Ids) => [table: string, row: Record<string, unknown>]][] = [
    ['a member with an unknown role', 'members_role_check', () => ['members', member({ role: 'king' })]],
    ['a member in an unknown state', 'members_state_check', () => ['members', member({ state: 'gone' })]],
    ['an address without @', 'members_email_check', () => ['members', member({ email: 'ada' })]],
    ['a member without a name', 'members_name_check', () => ['members', member({ name: '' })]],
    ['an address twice', 'members_email_unique', () => ['members', member({ email: 'Ada@Acme.example' })]],
    ['a setting with a bad key', 'settings_key_check', () => ['settings', { key: 'A b', value: '1' }]],
    ['a project key in lower case', 'projects_key_check', () => ['projects', { key: 'web', name: 'Web' }]],
    ['a project key twice', 'projects_key_unique', () => ['projects', { key: 'APP', name: 'Web' }]],
    ['a project without a name', 'projects_name_check', () => ['projects', { key: 'WEB', name: '' }]],
    ['a project name twice', 'projects_name_unique', () => ['projects', { key: 'WEB', name: 'LAUNCH' }]],
    ['a task number twice', 'tasks_project_id_number_unique', (ids) => ['tasks', task(ids, { number: 1 })]],
    ['a task number 0', 'tasks_number_check', (ids) => ['tasks', task(ids, { number: 0 })]],
    ['a task without a title', 'tasks_title_check', (ids) => ['tasks', task(ids, { title: '' })]],
    ['an unknown task state', 'tasks_state_check', (ids) => ['tasks', task(ids, { state: 'lost' })]],
    ['a priority of 4', 'tasks_priority_check', (ids) => ['tasks', task(ids, { priority: 4 })]],
    [
      'a done task without its time',
      'tasks_finished_check',
      (ids) => ['tasks', task(ids, { state: 'done' })],
    ],
    [
      'a task of no project',
      'tasks_project_id_foreign',
      (ids) => ['tasks', task(ids, { project_id: ids.task })],
    ],
    [
      'a short digest',
      'api_tokens_sha256_check',
      (ids) => ['api_tokens', token(ids, { token_sha256: 'abc' })],
    ],
    ['a digest twice', 'api_tokens_token_sha256_unique', (ids) => ['api_tokens', token(ids, { name: 'b' })]],
    ['a token name twice', 'api_tokens_name_unique', (ids) => ['api_tokens', token(ids, NEW_DIGEST)]],
    [
      'a nameless token',
      'api_tokens_name_check',
      (ids) => ['api_tokens', token(ids, { ...NEW_DIGEST, name: '' })],
    ],
    ['a token born expired', 'api_tokens_expiry_check', (ids) => ['api_tokens', token(ids, EXPIRED)]],
    ['an event kind in capitals', 'usage_events_kind_check', () => ['usage_events', { kind: 'API' }]],
    ['a quantity of 0', 'usage_events_quantity_check', () => ['usage_events', { kind: 'api', quantity: 0 }]],
  ];
  for (const [what, constraint, attempt] of refusals) {
    it(`refuse ${what}`, async () => {
      const [table, row] = attempt(await seed(knex));
      const error: DatabaseError = await knex(table)
        .insert(row)
        .then(
          () => expect.fail('was accepted'),
          (thrown) => thrown,
        );
      expect(error.constraint).to.equal(constraint);
    });
  }

  it('count an event once that is reported twice', async () => {
    const event = { kind: 'api.request', idempotency_key: 'r-1' };
    await knex('usage_events').insert(event);
    await knex('usage_events').insert(event).onConflict('idempotency_key').ignore();
    expect(await knex('usage_events').pluck('kind')).to.deep.equal(['api.request']);
  });
});

type Ids = Readonly<Record<'member' | 'project' | 'task' | 'token', string>>;
const NEW_DIGEST = { token_sha256: Buffer.alloc(32, 9) };
const EXPIRED = { ...NEW_DIGEST, name: 'old', expires_at: '2001-01-01T00:00:00Z' };

const member = (parts: object) => ({ email: 'bob@acme.example', name: 'Bob', ...parts });
const task = (ids: Ids, parts: object) => ({ project_id: ids.project, number: 2, title: 'Test', ...parts });
const token = (ids: Ids, parts: object) => ({
  member_id: ids.member,
  name: 'ci',
  token_sha256: Buffer.alloc(32, 1),
  ...parts,
});

/** One row of each kind, and their ids. */
async function seed(knex: Knex): Promise<Ids> {
  const insert = async (table: string, row: object): Promise<string> => {
    const [inserted] = await knex(table).insert(row).returning('id');
    return inserted.id;
  };
  const ada = await insert('members', {
    email: 'ada@acme.example',
    name: 'Ada',
    role: 'owner',
    state: 'active',
  });
  const project = await insert('projects', { key: 'APP', name: 'Launch', owner_id: ada });
  const first = { project_id: project, number: 1, title: 'Begin', assignee_id: ada, created_by: ada };
  const ids = { member: ada, project, task: await insert('tasks', first), token: '' };
  return { ...ids, token: await insert('api_tokens', token(ids, {})) };
}
