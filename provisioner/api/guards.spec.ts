/** What stands before an erasure: a second person's approval, and legal hold. */
import { expect } from 'chai';
import type { TenantId } from '../../tenancy/ids.ts';
import { APPROVER_TOKEN, startApi, type TestApi } from '../../test/support/api.ts';
import { send, sendJson } from '../../test/support/api-request.ts';
import { readyTenant } from '../../test/support/control-tenants.ts';
import { beginErasures } from '../store/begin-erasures.ts';

const AS_APPROVER = { Authorization: `Bearer ${APPROVER_TOKEN}` };

describe('guards of an erasure', () => {
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.stop());

  const address = (id: TenantId, rest = '') => `/v1/tenants/${id}${rest}`;
  const remove = (id: TenantId) => send(api, address(id, '?graceHours=0'), { method: 'DELETE' });
  const approve = (id: TenantId, headers = {}) =>
    send(api, address(id, '/approve-erasure'), { method: 'POST', headers });
  const hold = (id: TenantId, body: unknown) => sendJson(api, 'PUT', address(id, '/legal-hold'), body);
  const release = (id: TenantId, query: string) =>
    send(api, address(id, `/legal-hold${query}`), { method: 'DELETE' });
  const actionsOf = async (id: TenantId) => {
    const sql = 'SELECT action, detail FROM audit WHERE tenant_id = $1 ORDER BY id';
    return (await api.database.pool.query(sql, [id])).rows;
  };

  it('let another person approve, not the one who asked', async () => {
    const id = await readyTenant(api.database.pool);
    await remove(id);
    const own = await approve(id);
    expect(own.status).to.equal(403);
    expect(own.body.detail).to.contain('another token');
    expect(await beginErasures(api.database.pool, 0)).to.deep.equal([]);
    const other = await approve(id, AS_APPROVER);
    expect(other.status).to.equal(200);
    expect(other.body).to.include({ id, state: 'deleting' });
    expect(await beginErasures(api.database.pool, 0)).to.deep.equal([id]);
    const actions = (await actionsOf(id)).map(({ action }) => action);
    expect(actions).to.deep.equal(['tenant.delete', 'tenant.approve-erasure', 'tenant.erase']);
  });

  it('have nothing to approve before the deletion, nor once the erasure has begun', async () => {
    const id = await readyTenant(api.database.pool);
    expect((await approve(id, AS_APPROVER)).status).to.equal(409);
    await remove(id);
    await beginErasures(api.database.pool, 1_000);
    const late = await approve(id, AS_APPROVER);
    expect(late.status).to.equal(409);
    expect(late.body.detail).to.contain('has begun');
  });

  it('keep a tenant under legal hold from deletion, until it is released', async () => {
    const id = await readyTenant(api.database.pool);
    const held = await hold(id, { reason: 'case 17' });
    expect(held.status).to.equal(200);
    expect(held.body).to.include({ legalHold: true, generation: 1 });
    const refused = await remove(id);
    expect(refused.status).to.equal(409);
    expect(refused.body.detail).to.contain('legal hold');
    const released = await release(id, '?reason=case+closed');
    expect(released.body).to.include({ legalHold: false });
    expect((await remove(id)).status).to.equal(202);
    expect(await actionsOf(id)).to.deep.include.members([
      { action: 'tenant.legal-hold', detail: { reason: 'case 17', before: false } },
      { action: 'tenant.legal-release', detail: { reason: 'case closed', before: true } },
    ]);
  });

  it('keep a deletion in its grace from becoming an erasure', async () => {
    const id = await readyTenant(api.database.pool);
    await remove(id);
    expect((await hold(id, { reason: 'case 18' })).body).to.include({ state: 'deleting', legalHold: true });
    await approve(id, AS_APPROVER);
    expect(await beginErasures(api.database.pool, 1_000)).not.to.include(id);
    await release(id, '?reason=over');
    expect(await beginErasures(api.database.pool, 1_000)).to.deep.equal([id]);
    const late = await hold(id, { reason: 'case 19' });
    expect(late.status).to.equal(409);
    expect(late.body.detail).to.contain('has begun');
  });

  it('want the reason of a hold and of its release', async () => {
    const id = await readyTenant(api.database.pool);
    const answers = [
      await hold(id, {}),
      await hold(id, { reason: ' ' }),
      await hold(id, { reason: 'a\nb' }),
      await release(id, ''),
    ];
    for (const answer of answers) {
      expect(answer.status).to.equal(400);
      expect(answer.body).to.have.nested.property('errors[0].field', 'reason');
    }
    expect(await actionsOf(id)).to.deep.equal([]);
  });
});
