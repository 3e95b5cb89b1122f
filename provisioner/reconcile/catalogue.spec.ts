import { expect } from 'chai';
import { z } from 'zod';
import { newTenantId, type TenantId } from '../../tenancy/ids.ts';
import { TENANT_LABEL, tenantNames } from '../../tenancy/names.ts';
import { kubeconfigPath } from '../../test/support/cluster.ts';
import { requestTenant } from '../../test/support/control-tenants.ts';
import {
  createControlDatabase,
  createTenantsDatabase,
  type TestDatabase,
} from '../../test/support/databases.ts';
import { openTestEngine, type TestEngine } from '../../test/support/engine.ts';
import { prepareTenantsDatabase } from '../database/prepare-cell.ts';
import { type ClusterConnection, connectToCluster } from '../kubernetes/connection.ts';
import { listTenantNamespaces } from '../kubernetes/tenant-namespace.ts';
import { tenantRemains } from '../kubernetes/tenant-remains.ts';
import { createLogger } from '../log.ts';
import { beginErasures } from '../store/begin-erasures.ts';
import { changeWish, type WishChange } from '../store/change-wish.ts';
import { findTenant } from '../store/find-tenant.ts';
import { createCatalogue } from './catalogue.ts';
import { reconcileTenant } from './reconcile-tenant.ts';

const logger = createLogger('test', 'error');
logger.silent = true;

const objectSchema = z.looseObject({
  metadata: z.looseObject({ uid: z.string() }),
  spec: z.looseObject({ replicas: z.int().optional() }),
});

function deployment(name: string, replicas: number) {
  const labels = { app: name };
  const spec = { containers: [{ name, image: 'example.com/web' }] };
  const template = { metadata: { labels }, spec };
  return { metadata: { name }, spec: { replicas, selector: { matchLabels: labels }, template } };
}

describe('the catalogue of steps', function () {
  this.timeout(60_000);
  let control: TestDatabase;
  let tenants: TestDatabase;
  let engine: TestEngine;
  let cluster: ClusterConnection;
  const namespaces: string[] = [];
  const foreign: string[] = [];

  before(async () => {
    [control, tenants, engine] = await Promise.all([
      createControlDatabase(),
      createTenantsDatabase(),
      openTestEngine(),
    ]);
    cluster = connectToCluster(kubeconfigPath());
    await prepareTenantsDatabase(tenants.pool);
  });
  after(async () => {
    const left = (await listTenantNamespaces(cluster)).map(({ namespace }) => namespace);
    for (const name of [...namespaces.filter((own) => left.includes(own)), ...foreign]) {
      await cluster.request({ method: 'DELETE', path: `/api/v1/namespaces/${name}` });
    }
    cluster.close();
    await Promise.all([control.drop(), tenants.drop(), engine.close()]);
  });

  const get = async (path: string) => objectSchema.parse(await cluster.request({ method: 'GET', path }));
  async function requested(): Promise<TenantId> {
    const id = await requestTenant(control.pool);
    namespaces.push(tenantNames(id).namespace);
    return id;
  }
  const reconcile = (id: TenantId) =>
    reconcileTenant(
      {
        db: control.pool,
        cell: {
          database: { host: 'pooler.example', port: 6432, name: 'tenants' },
          gatewayNamespace: 'gateway',
          poolerNamespace: 'pooler',
        },
        catalogue: createCatalogue({
          tenantsDatabase: tenants.pool,
          cluster,
          engine: engine.engine,
          kubernetesProvider: 'resident',
        }),
        holder: 'worker-1',
        stopping: new AbortController().signal,
        logger,
      },
      id,
    );
  const wish = (id: TenantId, change: Omit<WishChange, 'by'>) =>
    changeWish(control.pool, id, { by: 'ada', ...change });
  const namespaceWith = (name: string, labels: Record<string, string>) =>
    cluster.request({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
    });

  it('fails at once on a namespace that is not the tenant’s, naming it, and leaves it alone', async () => {
    const id = await requested();
    const { namespace } = tenantNames(id);
    await namespaceWith(namespace, { team: 'somebody-else' });
    foreign.push(namespace);
    expect((await reconcile(id)).result).to.equal('failed');
    const tenant = await findTenant(control.pool, id);
    expect(tenant?.state).to.equal('failed');
    expect(tenant?.reason).to.include(namespace).and.to.include('left alone');
    const found = await cluster.request({ method: 'GET', path: `/api/v1/namespaces/${namespace}` });
    expect(found).to.have.nested.property('metadata.labels.team', 'somebody-else');
  });

  it('takes over what a killed run left, since it carries the tenant’s id', async () => {
    const id = await requested();
    await namespaceWith(tenantNames(id).namespace, { [TENANT_LABEL]: id });
    expect(await reconcile(id)).to.deep.equal({ result: 'ready' });
  });

  it('makes no empty schema in the place of one that held data', async () => {
    const id = await requested();
    expect(await reconcile(id)).to.deep.equal({ result: 'ready' });
    await tenants.pool.query(`DROP SCHEMA ${id} CASCADE`);
    await control.pool.query('UPDATE tenants SET observed_generation = 0 WHERE id = $1', [id]);
    expect((await reconcile(id)).result).to.equal('failed');
    expect((await findTenant(control.pool, id))?.reason).to.include('restore it from a backup');
    const { rowCount } = await tenants.pool.query('SELECT FROM pg_namespace WHERE nspname = $1', [id]);
    expect(rowCount).to.equal(0);
  });

  it('fails at once on a schema that is not the tenant’s', async () => {
    const id = await requested();
    await tenants.pool.query(`CREATE SCHEMA ${id}`);
    const outcome = await reconcile(id);
    expect(outcome.result).to.equal('failed');
    expect((await findTenant(control.pool, id))?.reason).to.include(id);
  });

  it('rebuilds a damaged stack state from what exists, and keeps the damaged one', async () => {
    const id = await requested();
    const { namespace } = tenantNames(id);
    expect(await reconcile(id)).to.deep.equal({ result: 'ready' });
    const uid = async () => (await get(`/api/v1/namespaces/${namespace}`)).metadata.uid;
    const before = await uid();
    await control.pool.query(`UPDATE tenants SET stack_state = '' WHERE id = $1`, [id]);
    await wish(id, { wish: 'update', plan: 'business' });
    expect(await reconcile(id)).to.deep.equal({ result: 'ready' });
    expect(await uid()).to.equal(before);
    const { rows } = await control.pool.query(
      `SELECT length(stack_state) > 0 AS rebuilt, length(set_aside_states.state) AS kept, set_aside_states.reason
       FROM tenants JOIN set_aside_states ON tenant_id = tenants.id WHERE tenants.id = $1`,
      [id],
    );
    expect(rows).to.have.length(1);
    expect(rows[0]).to.include({ rebuilt: true, kept: 0 });
    expect(rows[0].reason).to.include('damaged');
  });

  it('puts what runs to rest with the tenant, wakes it again, and erases all of it', async () => {
    const id = await requested();
    const { namespace } = tenantNames(id);
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    const replicas = async () => (await get(`${path}/web`)).spec.replicas;
    await reconcile(id);
    await cluster.request({ method: 'POST', path, body: deployment('web', 2) });
    await wish(id, { wish: 'suspend' });
    expect(await reconcile(id)).to.deep.equal({ result: 'ready' });
    expect(await replicas()).to.equal(0);
    await wish(id, { wish: 'resume' });
    expect(await reconcile(id)).to.deep.equal({ result: 'ready' });
    expect(await replicas()).to.equal(2);
    await erase(id);
  });

  it('erases what no state knows, and a tenant whose state is damaged', async () => {
    const [never, damaged] = [await requested(), await requested()];
    await namespaceWith(tenantNames(never).namespace, { [TENANT_LABEL]: never });
    await reconcile(damaged);
    await control.pool.query(`UPDATE tenants SET stack_state = 'x' WHERE id = $1`, [damaged]);
    await erase(never);
    await erase(damaged);
    const { rows } = await control.pool.query('SELECT id FROM set_aside_states WHERE tenant_id = $1', [
      damaged,
    ]);
    expect(rows, 'kept of an erased tenant').to.deep.equal([]);
  });

  it('goes on saying so while something foreign carries the tenant’s label', async () => {
    const [id, other] = [await requested(), `other-${newTenantId().slice(2)}`];
    await reconcile(id);
    await namespaceWith(other, { [TENANT_LABEL]: id });
    foreign.push(other);
    await wish(id, { wish: 'delete', graceHours: 0 });
    await beginErasures(control.pool, 1_000);
    const outcome = await reconcile(id);
    expect(outcome).to.have.property('result', 'retrying');
    expect(outcome).to.have.property('reason').that.includes(`Namespace ${other} still carries`);
  });

  async function erase(id: TenantId): Promise<void> {
    await wish(id, { wish: 'delete', graceHours: 0 });
    await beginErasures(control.pool, 1_000);
    expect(await reconcile(id)).to.deep.equal({ result: 'erased' });
    expect(await tenantRemains(cluster, { id })).to.deep.equal([]);
    const { rows } = await tenants.pool.query('SELECT to_regnamespace($1) AS schema', [id]);
    expect(rows).to.deep.equal([{ schema: null }]);
  }
});
