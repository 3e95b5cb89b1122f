import { expect } from 'chai';
import { z } from 'zod';
import { newTenantId, type TenantId } from '../../tenancy/ids.ts';
import { TENANT_LABEL, tenantNames } from '../../tenancy/names.ts';
import { kubeconfigPath } from '../../test/support/cluster.ts';
import { requestTenant, wish } from '../../test/support/control-tenants.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { openTestEngine, type TestEngine } from '../../test/support/engine.ts';
import { eventually } from '../../test/support/eventually.ts';
import { createPreparedDatabase } from '../../test/support/tenants-database.ts';
import { isRefusal } from '../kubernetes/api-error.ts';
import { type ClusterConnection, connectToCluster } from '../kubernetes/connection.ts';
import type { JsonObject } from '../kubernetes/json.ts';
import { createLogger } from '../log.ts';
import { createCatalogue } from '../reconcile/catalogue.ts';
import { reconcileTenant } from '../reconcile/reconcile-tenant.ts';
import { beginErasures } from '../store/begin-erasures.ts';
import { readFindings } from '../store/drift-findings.ts';
import { requestScan } from '../store/drift-scans.ts';
import { findTenant } from '../store/find-tenant.ts';
import { listOperations } from '../store/list-operations.ts';
import { listOrphans } from '../store/orphans.ts';
import { runScan } from './run-scan.ts';
import type { DriftPolicy, Scanner } from './scanner.ts';

const logger = createLogger('test', 'error');
logger.silent = true;
const never = new AbortController().signal;
const cell = {
  database: { host: 'pooler.example', port: 6432, name: 'tenants' },
  gatewayNamespace: 'gateway',
  poolerNamespace: 'pooler',
};
const NETWORK = '/apis/networking.k8s.io/v1';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

const quotaSchema = z.looseObject({ status: z.looseObject({ hard: z.looseObject({ pods: z.string() }) }) });

describe('drift', function () {
  this.timeout(60_000);
  let control: TestDatabase;
  let tenants: TestDatabase;
  let engine: TestEngine;
  let cluster: ClusterConnection;
  let scanner: Scanner;
  let id: TenantId;
  const left: string[] = [];

  before(async () => {
    [control, tenants, engine] = await Promise.all([
      createControlDatabase(),
      createPreparedDatabase(),
      openTestEngine(),
    ]);
    cluster = connectToCluster(kubeconfigPath());
    const parts = { tenantsDatabase: tenants.pool, cluster };
    const stack = { engine: engine.engine, kubernetesProvider: 'resident' as const };
    const catalogue = createCatalogue({ ...parts, ...stack });
    scanner = { ...parts, db: control.pool, cell, catalogue, policy: 'mend', holder: 'worker-1', logger };
    id = await requestTenant(control.pool);
    left.push(tenantNames(id).namespace);
    expect(await reconcile(id)).to.deep.equal({ result: 'ready' });
  });
  after(async () => {
    for (const name of left) await remove(`/api/v1/namespaces/${name}`).catch(unlessGone);
    cluster.close();
    await Promise.all([control.drop(), tenants.drop(), engine.close()]);
  });

  const unlessGone = (error: unknown) => {
    if (!isRefusal(error, 'NotFound')) throw error;
  };
  const reconcile = (tenantId: TenantId) => reconcileTenant({ ...scanner, stopping: never }, tenantId);
  const get = (path: string) => cluster.request({ method: 'GET', path });
  const remove = (path: string) => cluster.request({ method: 'DELETE', path });
  const patch = (path: string, body: JsonObject) =>
    cluster.request({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
  const inside = (api: string, object = '') => `${api}/namespaces/${tenantNames(id).namespace}${object}`;
  const makeNamespace = (name: string, labelled: string) => {
    left.push(name);
    const metadata = { name, labels: { [TENANT_LABEL]: labelled } };
    return cluster.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata } });
  };
  async function scan(policy: DriftPolicy) {
    await requestScan(control.pool, 'spec');
    return runScan({ ...scanner, policy }, 0, never);
  }
  const open = () => readFindings(control.pool, { after: 0, ended: false, limit: 100 });

  const deeds: [what: string, problem: RegExp, deed: () => Promise<unknown>][] = [
    [
      'a label removed from the namespace',
      /label landlord.dev\/plan is not team/,
      () => patch(inside('/api/v1'), { metadata: { labels: { 'landlord.dev/plan': null } } }),
    ],
    [
      'a label removed from an object inside',
      /LimitRange .* is missing/,
      () =>
        patch(inside('/api/v1', '/limitranges/tenant'), { metadata: { labels: { [TENANT_LABEL]: null } } }),
    ],
    [
      'a quota raised',
      /pods should be \d+ and is in force as 500/,
      async () => {
        const quota = inside('/api/v1', '/resourcequotas/tenant');
        await patch(quota, { spec: { hard: { pods: '500' } } });
        await eventually(async () => quotaSchema.parse(await get(quota)).status.hard.pods === '500');
      },
    ],
    [
      'a network policy deleted',
      /NetworkPolicy .*default-deny is missing/,
      () => remove(inside(NETWORK, '/networkpolicies/default-deny')),
    ],
    [
      'the namespace deleted',
      /namespace t-\w+ is missing/,
      async () => {
        await remove(inside('/api/v1'));
        await eventually(() =>
          get(inside('/api/v1')).then(
            () => false,
            () => true,
          ),
        );
      },
    ],
    [
      'a network policy opened',
      /NetworkPolicy .*default-deny: spec.ingress is not as it was written/,
      () => patch(inside(NETWORK, '/networkpolicies/default-deny'), { spec: { ingress: [{}] } }),
    ],
    [
      'a Kubernetes role that grants everything',
      /Role .*tenant: rules.* is not as it was written/,
      () =>
        patch(inside(RBAC, '/roles/tenant'), {
          rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
        }),
    ],
    [
      'a damaged stack state',
      /stored stack state .* is damaged/,
      () => control.pool.query(`UPDATE tenants SET stack_state = 'x' WHERE id = $1`, [id]),
    ],
    [
      'a right granted on a table',
      /projects is open to PUBLIC/,
      () => tenants.pool.query(`GRANT SELECT ON ${id}.projects TO PUBLIC`),
    ],
    [
      'a role that may become the tenant',
      /may become or inherits/,
      () => tenants.pool.query(`GRANT ${id} TO landlord_owner WITH SET TRUE`),
    ],
  ];
  for (const [what, problem, deed] of deeds) {
    it(`finds ${what}; reports it, or mends it`, async () => {
      await deed();
      const before = await findTenant(control.pool, id);
      expect(await scan('report')).to.include({ result: 'scanned', tenants: 1, drifted: 1, unseen: 0 });
      const [reported] = (await open()).filter((finding) => problem.test(finding.problem));
      expect(reported).to.include({ tenantId: id, repairId: null, endedAt: null });
      expect(await findTenant(control.pool, id), 'only reported').to.deep.equal(before);

      expect(await scan('mend')).to.include({ drifted: 1 });
      const [operation] = await listOperations(control.pool, id);
      expect(operation).to.include({ kind: 'repair', state: 'pending' });
      const found = await open();
      expect(
        found.map(({ id: finding }) => finding),
        'the same finding',
      ).to.include(reported?.id);
      expect(found.map(({ repairId }) => repairId)).to.deep.equal(found.map(() => operation?.id));
      expect(await findTenant(control.pool, id)).to.include({ state: 'updating' });

      expect(await reconcile(id)).to.deep.equal({ result: 'ready' });
      expect(await open()).to.deep.equal([]);
      expect(await scan('mend')).to.include({ tenants: 1, drifted: 0 });
    });
  }

  it('leaves a finding that was mended by hand behind', async () => {
    await tenants.pool.query(`GRANT SELECT ON ${id}.projects TO PUBLIC`);
    await scan('report');
    await tenants.pool.query(`REVOKE SELECT ON ${id}.projects FROM PUBLIC`);
    expect(await scan('report')).to.include({ drifted: 0 });
    expect(await open()).to.deep.equal([]);
    const ended = await readFindings(control.pool, { after: 0, ended: true, limit: 100 });
    expect(ended.at(-1)).to.include({ tenantId: id, repairId: null });
  });

  it('keeps the tenants that are suspended shut', async () => {
    await wish(control.pool, id, { wish: 'suspend' });
    await reconcile(id);
    expect(await scan('mend')).to.include({ tenants: 1, drifted: 0 });
    await tenants.pool.query(`ALTER ROLE ${id} LOGIN`);
    expect(await scan('mend')).to.include({ drifted: 1 });
    expect(await reconcile(id)).to.deep.equal({ result: 'ready' });
    expect(await findTenant(control.pool, id)).to.include({ state: 'suspended' });
    expect(await scan('mend')).to.include({ drifted: 0 });
    await wish(control.pool, id, { wish: 'resume' });
    await reconcile(id);
  });

  it('lists what no tenant has, and leaves it alone', async () => {
    const [nobody, erased] = [newTenantId(), await requestTenant(control.pool)];
    const copy = `copy-${id.slice(2)}`;
    await reconcile(erased);
    await wish(control.pool, erased, { wish: 'delete', graceHours: 0 });
    await beginErasures(control.pool, 1_000);
    expect(await reconcile(erased)).to.deep.equal({ result: 'erased' });
    await makeNamespace(tenantNames(nobody).namespace, nobody);
    await makeNamespace(tenantNames(erased).namespace, erased);
    await makeNamespace(copy, id);
    await tenants.pool.query(`
      CREATE SCHEMA ${nobody}; COMMENT ON SCHEMA ${nobody} IS 'landlord tenant ${nobody}';
      CREATE ROLE ${nobody}; COMMENT ON ROLE ${nobody} IS 'landlord tenant ${nobody}'`);
    await scan('mend');
    const named = async () =>
      (await listOrphans(control.pool)).map(({ kind, name, labelled }) => `${kind} ${name} ${labelled}`);
    const strays = [
      `namespace ${tenantNames(nobody).namespace} ${nobody}`,
      `namespace ${tenantNames(erased).namespace} ${erased}`,
      `namespace ${copy} ${id}`,
      `schema ${nobody} ${nobody}`,
      `role ${nobody} ${nobody}`,
    ];
    expect(await named()).to.include.members(strays);
    const own = tenantNames(id);
    for (const name of [`namespace ${own.namespace}`, `schema ${own.schema}`, `role ${own.role}`]) {
      expect(await named()).not.to.include(`${name} ${id}`);
    }
    await scan('mend');
    expect(await named(), 'still there').to.include.members(strays);
    await tenants.pool.query(`DROP SCHEMA ${nobody}; DROP ROLE ${nobody}`);
    await scan('mend');
    expect(await named())
      .to.include(strays[0])
      .and.not.to.include.oneOf([strays[3], strays[4]]);
  });
});
