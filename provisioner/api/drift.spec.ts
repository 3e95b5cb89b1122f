import { expect } from 'chai';
import { driftPageSchema, driftScanSchema, orphanListSchema } from '../../tenancy/drift-view.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import { startApi, type TestApi } from '../../test/support/api.ts';
import { send } from '../../test/support/api-request.ts';
import { readyTenant, realise, wish } from '../../test/support/control-tenants.ts';
import { recordFindings } from '../store/drift-findings.ts';
import { beginScans, finishScans } from '../store/drift-scans.ts';
import { recordOrphans } from '../store/orphans.ts';

describe('drift over HTTP', () => {
  let api: TestApi;
  let id: TenantId;
  beforeEach(async () => {
    api = await startApi();
    id = await readyTenant(api.database.pool);
  });
  afterEach(() => api.stop());

  const drift = async (query = '') => driftPageSchema.parse((await send(api, `/v1/drift${query}`)).body);
  const scanned = async () => {
    const ids = await beginScans(api.database.pool);
    await finishScans(api.database.pool, ids, { tenants: 1, drifted: 1, unseen: 0 });
  };

  it('takes a request for a scan, audits it, and tells when a worker has looked', async () => {
    const answer = await send(api, '/v1/drift/scans', { method: 'POST' });
    expect(answer.status).to.equal(202);
    const scan = driftScanSchema.parse(answer.body);
    expect(scan).to.include({ startedAt: null, finishedAt: null });
    expect(scan.requestedBy).to.match(/^api:[0-9a-f]{12}$/);
    const address = answer.headers.get('Location') ?? '';
    expect(address).to.equal(`/v1/drift/scans/${scan.id}`);
    expect((await drift()).lastScan).to.equal(null);
    await scanned();
    const done = driftScanSchema.parse((await send(api, address)).body);
    expect(done).to.include({ id: scan.id, tenants: 1, drifted: 1, unseen: 0 });
    expect(done.finishedAt).to.be.a('string');
    expect((await drift()).lastScan).to.deep.equal(done);
    const { rows } = await api.database.pool.query('SELECT actor, action, detail FROM audit');
    expect(rows).to.deep.equal([
      { actor: scan.requestedBy, action: 'drift.request', detail: { scan: scan.id } },
    ]);
  });

  it('lists findings until they have ended, page by page', async () => {
    await recordFindings(api.database.pool, id, ['namespace is missing', 'schema is open']);
    await recordFindings(api.database.pool, id, ['schema is open', 'role may log in']);
    const first = await drift('?limit=1');
    expect(first.items[0]).to.include({
      tenantId: id,
      slug: `s${id.slice(2)}`,
      repairId: null,
      endedAt: null,
    });
    const rest = await drift(`?after=${first.next}`);
    expect(rest.next).to.equal(null);
    const named = [...first.items, ...rest.items].map(({ problem }) => problem);
    expect(named).to.have.members(['schema is open', 'role may log in']);
    expect((await drift('?ended=true')).items).to.have.length(3);
  });

  it('ends what was found when the tenant was made anew and verified', async () => {
    const { pool } = api.database;
    await recordFindings(pool, id, ['schema is open']);
    await wish(pool, id, { wish: 'update', plan: 'business' });
    expect((await drift()).items).to.have.length(1);
    await realise(pool, id);
    expect((await drift()).items).to.deep.equal([]);
  });

  it('lists orphans with the scan that saw them', async () => {
    const stray = { kind: 'namespace', name: 't-gone', labelled: 't_gone' } as const;
    await recordOrphans(api.database.pool, 'namespace', [stray]);
    await recordOrphans(api.database.pool, 'role', []);
    const { items, lastScan } = orphanListSchema.parse((await send(api, '/v1/orphans')).body);
    expect(items).to.have.length(1);
    expect(items[0]).to.include(stray);
    expect(lastScan).to.equal(null);
  });

  it('refuses what is no scan, no number and no verb of it', async () => {
    for (const scan of ['0', '99', 'x', '1'.repeat(40)]) {
      expect((await send(api, `/v1/drift/scans/${scan}`)).status).to.equal(404);
    }
    for (const query of ['ended=yes', 'limit=0', 'after=x', 'tenant=1']) {
      expect((await send(api, `/v1/drift?${query}`)).status, query).to.equal(400);
    }
    expect((await send(api, '/v1/drift/scans')).status).to.equal(405);
    expect((await send(api, '/v1/orphans', { method: 'DELETE' })).status).to.equal(405);
    const unknown = { method: 'POST', headers: { Authorization: null } };
    expect((await send(api, '/v1/drift/scans', unknown)).status).to.equal(401);
  });
});
