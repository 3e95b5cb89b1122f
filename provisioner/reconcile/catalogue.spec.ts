import { expect } from 'chai';
import { newTenantId, type TenantId } from '../../tenancy/ids.ts';
import { TENANT_LABEL, tenantNames } from '../../tenancy/names.ts';
import { parseInput } from '../../tenancy/parse.ts';
import { signupBodySchema } from '../../tenancy/signup.ts';
import { kubeconfigPath } from '../../test/support/cluster.ts';
import {
  createControlDatabase,
  createTenantsDatabase,
  type TestDatabase,
} from '../../test/support/databases.ts';
import { openTestEngine, type TestEngine } from '../../test/support/engine.ts';
import { prepareTenantsDatabase } from '../database/prepare-cell.ts';
import { type ClusterConnection, connectToCluster } from '../kubernetes/connection.ts';
import { createLogger } from '../log.ts';
import { createTenant } from '../store/create-tenant.ts';
import { findTenant } from '../store/find-tenant.ts';
import { createCatalogue } from './catalogue.ts';
import { reconcileTenant } from './reconcile-tenant.ts';

const logger = createLogger('test', 'error');
logger.silent = true;

describe('the catalogue of steps', function () {
  this.timeout(60_000);
  let control: TestDatabase;
  let tenants: TestDatabase;
  let engine: TestEngine;
  let cluster: ClusterConnection;
  const namespaces: string[] = [];

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
    for (const name of namespaces) {
      await cluster.request({ method: 'DELETE', path: `/api/v1/namespaces/${name}` });
    }
    cluster.close();
    await Promise.all([control.drop(), tenants.drop(), engine.close()]);
  });

  async function requested(): Promise<TenantId> {
    const id = newTenantId();
    const signup = { slug: `s${id.slice(2)}`, company: 'Acme', email: 'ada@acme.example', plan: 'team' };
    await createTenant(control.pool, id, parseInput(signupBodySchema, signup));
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

  it('fails at once on a schema that is not the tenant’s', async () => {
    const id = await requested();
    await tenants.pool.query(`CREATE SCHEMA ${id}`);
    const outcome = await reconcile(id);
    expect(outcome.result).to.equal('failed');
    expect((await findTenant(control.pool, id))?.reason).to.include(id);
  });
});
