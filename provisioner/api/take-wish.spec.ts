import { expect } from 'chai';
import type { TenantId } from '../../tenancy/ids.ts';
import { operationViewSchema } from '../../tenancy/tenant-view.ts';
import { startApi, type TestApi } from '../../test/support/api.ts';
import { send, sendJson } from '../../test/support/api-request.ts';
import {
  erase,
  fail,
  readyTenant,
  realise,
  requestTenant,
  rowOf,
} from '../../test/support/control-tenants.ts';
import { beginErasures } from '../store/begin-erasures.ts';

const UNKNOWN = '/v1/tenants/t_00000000000000000000';

describe('wishes over HTTP', () => {
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.stop());

  const address = (id: TenantId, rest = '') => `/v1/tenants/${id}${rest}`;
  const post = (id: TenantId, wish: string) => send(api, address(id, `/${wish}`), { method: 'POST' });
  const patch = (id: TenantId, body: unknown, etag: string | null = '*') =>
    sendJson(api, 'PATCH', address(id), body, { 'If-Match': etag });
  const remove = (id: TenantId, query = '') => send(api, address(id, query), { method: 'DELETE' });
  const etagNow = async (id: TenantId) => (await send(api, address(id))).headers.get('ETag');
  const auditOf = async (id: TenantId) => {
    const sql = 'SELECT actor, action, request_id, detail FROM audit WHERE tenant_id = $1 ORDER BY id';
    return (await api.database.pool.query(sql, [id])).rows;
  };

  it('are answered 202 with the operation, the new generation and its ETag', async () => {
    const id = await readyTenant(api.database.pool);
    const answer = await post(id, 'suspend');
    expect(answer.status).to.equal(202);
    expect(answer.body).to.deep.equal({
      ...{ tenantId: id, operationId: answer.body.operationId, generation: 2 },
    });
    expect(answer.headers.get('ETag')).to.equal('"2"');
    const operation = await send(api, String(answer.headers.get('Location')));
    expect(operationViewSchema.parse(operation.body)).to.include({
      ...{ id: answer.body.operationId, tenantId: id, kind: 'suspend', state: 'pending' },
    });
  });

  it('lead a tenant through its whole life', async () => {
    const { pool } = api.database;
    const id = await readyTenant(pool);
    const states: unknown[] = [];
    const settle = async () => {
      await realise(pool, id);
      states.push((await send(api, address(id))).body.state);
    };
    expect((await post(id, 'suspend')).status).to.equal(202);
    await settle();
    expect((await patch(id, { plan: 'business' })).status).to.equal(202);
    await settle();
    expect((await post(id, 'resume')).status).to.equal(202);
    await settle();
    expect((await remove(id)).status).to.equal(202);
    await settle();
    expect((await post(id, 'cancel-deletion')).status).to.equal(202);
    await settle();
    expect((await patch(id, { plan: 'team' })).status).to.equal(202);
    await fail(pool, id);
    expect((await post(id, 'retry')).status).to.equal(202);
    await settle();
    expect((await remove(id, '?graceHours=0')).status).to.equal(202);
    await beginErasures(pool, 1_000);
    await erase(pool, id);
    expect(states).to.deep.equal([...['suspended', 'suspended', 'ready', 'deleting', 'ready', 'ready']]);
    const gone = await send(api, address(id));
    expect(gone.body).to.include({ state: 'deleted', company: '', observedGeneration: 10 });
  });

  it('leave an audit row each: who, what, before and after, request id; no company', async () => {
    const id = await readyTenant(api.database.pool);
    const change = await patch(id, { plan: 'business', company: 'Canary & Sons' });
    await remove(id, '?graceHours=1.5');
    const rows = await auditOf(id);
    expect(rows.map(({ action }) => action)).to.deep.equal(['tenant.update', 'tenant.delete']);
    expect(rows[0].actor).to.match(/^api:[0-9a-f]{12}$/);
    expect(rows[0].request_id).to.equal(change.headers.get('Request-Id'));
    expect(rows[0].detail).to.deep.equal({
      ...{ operationId: change.body.operationId, generation: 2 },
      before: { state: 'ready', generation: 1, plan: 'team', overrides: {} },
      after: { plan: 'business', company: 'changed' },
    });
    expect(rows[1].detail.after).to.deep.equal({ graceHours: 1.5 });
    expect(JSON.stringify(rows)).not.to.contain('Canary');
  });

  it('are answered 409 in a state that does not allow them, with what it does allow', async () => {
    const { pool } = api.database;
    const id = await readyTenant(pool);
    const answer = await post(id, 'resume');
    expect(answer.status).to.equal(409);
    expect(answer.headers.get('Content-Type')).to.match(/^application\/problem\+json/);
    expect(answer.body).to.deep.equal({
      type: 'urn:landlord:problem:wish-refused',
      title: 'Not in this state',
      status: 409,
      detail: 'the tenant is ready, which does not allow "resume"; allowed now: update, suspend, delete',
      state: 'ready',
      allowed: ['update', 'suspend', 'delete'],
    });
    expect(await auditOf(id)).to.deep.equal([]);
  });

  it('say that nothing more can be wished of what is erased already', async () => {
    const { pool } = api.database;
    const id = await readyTenant(pool);
    await remove(id, '?graceHours=0');
    await beginErasures(pool, 1_000);
    await erase(pool, id);
    const before = await rowOf(pool, id);
    const answers = await Promise.all([
      remove(id),
      ...['suspend', 'resume', 'retry', 'cancel-deletion'].map((wish) => post(id, wish)),
      patch(id, { plan: 'team' }),
    ]);
    for (const answer of answers) {
      expect(answer.status).to.equal(409);
      expect(answer.body).to.deep.include({ state: 'deleted', allowed: [] });
      expect(answer.body.detail).to.contain('nothing more can be wished');
    }
    expect(await rowOf(pool, id)).to.deep.equal(before);
  });

  describe('that change what the caller has seen', () => {
    it('need If-Match: 428 without', async () => {
      const id = await readyTenant(api.database.pool);
      const overrides = await sendJson(api, 'PUT', address(id, '/overrides'), {});
      for (const answer of [await patch(id, { plan: 'team' }, null), overrides]) {
        expect(answer.status).to.equal(428);
        expect(answer.body.detail).to.contain('If-Match');
      }
      expect(await etagNow(id)).to.equal('"1"');
    });

    it('are taken with the ETag of GET, and answered 412 with a stale one, changing nothing', async () => {
      const id = await readyTenant(api.database.pool);
      const seen = await etagNow(id);
      expect((await patch(id, { plan: 'business' }, seen)).status).to.equal(202);
      const answer = await patch(id, { plan: 'starter' }, seen);
      expect(answer.status).to.equal(412);
      expect(answer.headers.get('ETag')).to.equal('"2"');
      expect(answer.body.detail).to.contain('"2"');
      const shown = await send(api, address(id));
      expect(shown.body).to.include({ plan: 'business', generation: 2 });
    });

    it('heed If-Match where it is not needed, too', async () => {
      const id = await readyTenant(api.database.pool);
      const sent = { method: 'DELETE', headers: { 'If-Match': '"7"' } };
      expect((await send(api, address(id), sent)).status).to.equal(412);
      expect((await send(api, address(id))).body.state).to.equal('ready');
    });

    for (const etag of ['1', '"one"', 'W/"1"', '""', '"1", "2"']) {
      it(`refuse the If-Match ${etag} with 400`, async () => {
        const answer = await patch(await readyTenant(api.database.pool), { plan: 'team' }, etag);
        expect(answer.status).to.equal(400);
        expect(answer.body).to.have.nested.property('errors[0].field', 'If-Match');
      });
    }
  });

  const BAD: [body: unknown, field: string][] = [
    [{}, '(body)'],
    [{ plan: 'gold' }, 'plan'],
    [{ company: '\u001b[2J' }, 'company'],
    [{ company: ['Acme'] }, 'company'],
    [{ slug: 'other' }, 'slug'],
    [{ plan: 'team', overrides: { pods: 1 } }, 'overrides'],
    [{ plan: 'team', id: 't_00000000000000000000' }, 'id'],
    [[], '(body)'],
  ];
  for (const [body, field] of BAD) {
    it(`refuse the change ${JSON.stringify(body)} with 400, naming ${field}`, async () => {
      const id = await readyTenant(api.database.pool);
      const answer = await patch(id, body);
      expect(answer.status).to.equal(400);
      expect(answer.body).to.have.nested.property('errors[0].field', field);
      expect(await etagNow(id)).to.equal('"1"');
    });
  }

  it('replace all overrides of a contract', async () => {
    const id = await readyTenant(api.database.pool);
    const put = (body: unknown) => sendJson(api, 'PUT', address(id, '/overrides'), body, { 'If-Match': '*' });
    expect((await put({ pods: 30, cpuCores: 8 })).status).to.equal(202);
    expect((await put({ pods: 40 })).status).to.equal(202);
    expect((await send(api, address(id))).body.overrides).to.deep.equal({ pods: 40 });
    expect((await put({ pods: 0 })).body).to.have.nested.property('errors[0].field', 'pods');
    expect((await put({ podz: 9 })).body).to.have.nested.property('errors[0].field', 'podz');
    expect((await put({})).status).to.equal(202);
    expect((await send(api, address(id))).body.overrides).to.deep.equal({});
  });

  for (const graceHours of ['-1', 'soon', '', '1e3', '8761', '0x1', 'NaN', '1&graceHours=2']) {
    it(`refuse a grace of ${JSON.stringify(graceHours)} hours`, async () => {
      const id = await readyTenant(api.database.pool);
      const answer = await remove(id, `?graceHours=${graceHours}`);
      expect(answer.status).to.equal(400);
      expect(answer.body).to.have.nested.property('errors[0].field', 'graceHours');
      expect((await send(api, address(id))).body).to.include({ state: 'ready', eraseAfter: null });
    });
  }

  it('are answered one and the same 404 for tenants that are not there', async () => {
    const none = await send(api, UNKNOWN);
    const answers = await Promise.all([
      send(api, `${UNKNOWN}/suspend`, { method: 'POST' }),
      send(api, `${UNKNOWN}/approve-erasure`, { method: 'POST' }),
      send(api, UNKNOWN, { method: 'DELETE' }),
      sendJson(api, 'PATCH', UNKNOWN, { plan: 'team' }, { 'If-Match': '"1"' }),
      sendJson(api, 'PUT', `${UNKNOWN}/legal-hold`, { reason: 'x' }),
      send(api, '/v1/tenants/acme/suspend', { method: 'POST' }),
      send(api, `/v1/tenants/${await requestTenant(api.database.pool)}/explode`, { method: 'POST' }),
    ]);
    for (const answer of answers) expect([answer.status, answer.text]).to.deep.equal([404, none.text]);
  });

  it('never make GET answer 304: the state changes under one ETag', async () => {
    const id = await readyTenant(api.database.pool);
    // Without a Cache-Control of its own, fetch adds one that forbids a 304.
    const headers = { 'If-None-Match': '"1"', 'Cache-Control': 'max-age=60' };
    const answer = await send(api, address(id), { headers });
    expect([answer.status, answer.body.state]).to.deep.equal([200, 'ready']);
    const head = await send(api, address(id), { method: 'HEAD' });
    expect([head.status, head.headers.get('ETag'), head.text]).to.deep.equal([200, '"1"', '']);
  });
});
