import { expect } from 'chai';
import pg from 'pg';
import { startApi, type TestApi } from '../../test/support/api.ts';
import { postSignup, send, signupBody } from '../../test/support/api-request.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { createLogger } from '../log.ts';
import { readAuditEntries } from '../store/audit-entries.ts';
import { type Authentication, startAuthenticationLog } from './authentication-log.ts';

const REFUSED: Authentication = {
  outcome: 'refused',
  actor: 'anonymous',
  reason: 'wrong token',
  address: '192.0.2.1',
  requestId: 'first',
};

describe('the authentication log', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createControlDatabase();
  });
  after(() => database.drop());

  const logger = createLogger('spec', 'error');
  logger.silent = true;
  const written = async (action: string) =>
    (await readAuditEntries(database.pool, { limit: 1_000 })).filter((entry) => entry.action === action);

  it('counts equal ones into one entry, under the request id of the first', async () => {
    const log = startAuthenticationLog({ db: database.pool, logger });
    log.note(REFUSED);
    log.note({ ...REFUSED, requestId: 'second' });
    log.note({ ...REFUSED, address: '192.0.2.2', reason: 'no token' });
    await log.close();
    const entries = await written('authentication.refused');
    expect(entries.map(({ requestId, detail }) => [requestId, detail])).to.deep.equal([
      ['first', { address: '192.0.2.1', count: 2, reason: 'wrong token' }],
      ['first', { address: '192.0.2.2', count: 1, reason: 'no token' }],
    ]);
  });

  it('is not filled by a flood from many addresses, and loses none of its number', async () => {
    const log = startAuthenticationLog({ db: database.pool, logger });
    const actor = 'flood';
    for (let host = 0; host < 2_000; host += 1) log.note({ ...REFUSED, actor, address: `2001:db8::${host}` });
    await log.close();
    const entries = (await written('authentication.refused')).filter((entry) => entry.actor === actor);
    expect(entries).to.have.length(501);
    const counts = entries.map(({ detail }) => (detail as { count: number }).count);
    expect(counts.reduce((sum, count) => sum + count)).to.equal(2_000);
  });

  it('says so when the database is away', async () => {
    const away = new pg.Pool({ connectionString: 'postgresql://127.0.0.1:1/none' });
    const reports: string[] = [];
    const listening = { error: (message: string) => reports.push(message) } as unknown as typeof logger;
    const log = startAuthenticationLog({ db: away, logger: listening });
    log.note(REFUSED);
    await log.close();
    await away.end();
    expect(reports).to.deep.equal(['authentications wait to be audited']);
  });
});

describe('the API, audited', () => {
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.stop());

  it('audits tokens taken and refused, but none of their letters', async () => {
    await send(api, '/v1/tenants');
    for (const Authorization of [null, 'Bearer wrong-and-secret', 'Bearer wrong-and-secret-too']) {
      await send(api, '/v1/tenants', { headers: { Authorization } });
    }
    await send(api, '/healthz', { headers: { Authorization: null } });
    await api.flushAuthentications();
    const { body, text } = await send(api, '/v1/audit/entries');
    const items = body.items as { actor: string; action: string; detail: object }[];
    expect(items.map(({ action, detail }) => [action, detail])).to.deep.equal([
      ['authentication.accepted', { address: '127.0.0.1', count: 1 }],
      ['authentication.refused', { address: '127.0.0.1', count: 1, reason: 'no token' }],
      ['authentication.refused', { address: '127.0.0.1', count: 2, reason: 'wrong token' }],
    ]);
    expect(text).not.to.contain('secret');
  });

  it('lists the entries of one tenant, page by page', async () => {
    const { body } = await postSignup(api, signupBody({ slug: 'paged' }));
    const { body: page } = await send(api, `/v1/audit/entries?tenantId=${body.tenantId}&limit=1`);
    const [entry] = page.items as { id: number; action: string }[];
    expect(entry?.action).to.equal('tenant.request');
    expect(page.next).to.equal(entry?.id);
    const { body: end } = await send(api, `/v1/audit/entries?tenantId=${body.tenantId}&after=${page.next}`);
    expect(end).to.deep.equal({ items: [], next: null });
  });

  for (const query of [
    'limit=0',
    'limit=1001',
    'limit=x',
    'after=x',
    'tenantId=x',
    'other=1',
    'limit=1&limit=2',
  ]) {
    it(`refuses ${query}`, async () => {
      expect((await send(api, `/v1/audit/entries?${query}`)).status).to.equal(400);
    });
  }

  it('only lists', async () => {
    for (const list of ['entries', 'seals']) {
      expect((await send(api, `/v1/audit/${list}`, { method: 'DELETE' })).status).to.equal(405);
      expect((await send(api, `/v1/audit/${list}`, { headers: { Authorization: null } })).status).to.equal(
        401,
      );
    }
  });
});
