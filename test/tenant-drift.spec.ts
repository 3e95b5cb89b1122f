import { expect } from 'chai';
import type { StackResult } from '../provisioner/engine/stack-run.ts';
import { type ClusterConnection, connectToCluster } from '../provisioner/kubernetes/connection.ts';
import type { JsonObject } from '../provisioner/kubernetes/json.ts';
import { serveProvider } from '../provisioner/kubernetes/serve-provider.ts';
import { verifyTenantObjects } from '../provisioner/kubernetes/verify.ts';
import { tenantProgram } from '../stacks/tenant/program.ts';
import { newTenantId } from '../tenancy/ids.ts';
import { TENANT_LABEL } from '../tenancy/names.ts';
import { type TenantSpec, tenantSpec } from '../tenancy/tenant-spec.ts';
import { kubeconfigPath } from './support/cluster.ts';
import { openTestEngine, stateOf, type TestEngine } from './support/engine.ts';
import { eventually } from './support/eventually.ts';
import { type OperatorStack, openOperatorStack } from './support/operator-stack.ts';

const cell = {
  database: { host: 'pooler.example', port: 6432, name: 'tenants' },
  gatewayNamespace: 'gateway',
  poolerNamespace: 'pooler',
};
const NETWORK = '/apis/networking.k8s.io/v1';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

describe('a tenant stack whose objects somebody changed', function () {
  this.timeout(120_000);
  let connection: ClusterConnection;
  let engine: TestEngine;
  let spec: TenantSpec;
  let state: Buffer;
  const open: OperatorStack[] = [];

  before(async () => {
    connection = connectToCluster(kubeconfigPath());
    engine = await openTestEngine();
  });
  after(async () => {
    connection.close();
    await engine.close();
  });
  beforeEach(async () => {
    spec = tenantSpec({ id: newTenantId(), plan: 'starter', overrides: {} }, cell);
    state = stateOf(await up(null));
  });
  afterEach(async () => {
    for (const stack of open.splice(0)) await stack.close();
    await remove('/api/v1', '');
  });

  async function up(last: Buffer | null): Promise<StackResult> {
    const provider = await serveProvider({ connection, tenantId: spec.id, leaseIsHeld: () => true });
    try {
      const program = tenantProgram(spec);
      return await engine.up({ stack: spec.stack, program, state: last, providerPort: provider.port });
    } finally {
      await provider.close();
    }
  }
  const operate = async (last?: Buffer) => {
    const stack = await openOperatorStack(connection, spec, last);
    open.push(stack);
    return stack;
  };
  const pathOf = (api: string, object: string) =>
    `${api}/namespaces/${spec.namespace}${object === '' ? '' : `/${object}`}`;
  const remove = (api: string, object: string) =>
    connection.request({ method: 'DELETE', path: pathOf(api, object) });
  const patch = (api: string, object: string, body: JsonObject) =>
    connection.request({
      method: 'PATCH',
      path: pathOf(api, object),
      body,
      contentType: 'application/merge-patch+json',
    });
  const verified = () => eventually(async () => (await verifyTenantObjects(connection, spec)).length === 0);

  /** One deed of each kind: gone, changed, opened, no longer labelled. */
  async function tamper(): Promise<void> {
    await remove(NETWORK, 'networkpolicies/default-deny');
    await patch('/api/v1', 'resourcequotas/tenant', { spec: { hard: { pods: '500' } } });
    await patch(NETWORK, 'networkpolicies/allow-dns', { spec: { ingress: [{}], policyTypes: ['Ingress'] } });
    await patch(RBAC, 'roles/tenant', { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] });
    await patch('/api/v1', 'limitranges/tenant', { metadata: { labels: { [TENANT_LABEL]: null } } });
    await patch('/api/v1', '', {
      metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
    });
  }

  it('is mended by one run, which changes nothing else; the next finds nothing to do', async () => {
    await tamper();
    const mended = await up(state);
    expect(mended).to.deep.include({ result: 'succeeded', changes: { same: 7, update: 6 } });
    await verified();
    const policy = await connection.request({
      method: 'GET',
      path: pathOf(NETWORK, 'networkpolicies/allow-dns'),
    });
    expect(policy).not.to.have.nested.property('spec.ingress');
    expect(await up(stateOf(mended))).to.deep.include({ changes: { same: 13 } });
  });

  it('is made whole when its namespace was deleted', async () => {
    await remove('/api/v1', '');
    await eventually(async () => (await verifyTenantObjects(connection, spec))[0]?.endsWith('is missing'));
    const mended = await up(state);
    expect(mended).to.deep.include({ result: 'succeeded', changes: { same: 1, update: 12 } });
    await verified();
  });

  it('is shown by pulumi preview, which changes nothing', async () => {
    const stack = await operate(state);
    expect(await stack.preview(spec)).to.deep.equal({});
    await tamper();
    const found = await stack.preview(spec);
    expect(Object.values(found)).to.deep.equal(Array(6).fill('update'));
    expect(found).to.include.keys('namespace', 'quota', 'limits', 'default-deny', 'allow-dns');
    expect(await verifyTenantObjects(connection, spec)).not.to.deep.equal([]);
  });

  it('is taken into the state by pulumi refresh, and mended by the next run all the same', async () => {
    const stack = await operate(state);
    await tamper();
    await stack.pulumi('refresh', '--yes', '--skip-preview');
    const mended = await up(await stack.state());
    expect(mended).to.deep.include({ result: 'succeeded', changes: { same: 7, update: 5, create: 1 } });
    await verified();
  });

  it('is imported into an empty stack by pulumi import', async () => {
    const stack = await operate();
    const id = `${spec.namespace}/database`;
    const type = 'kubernetes:core/v1:ConfigMap';
    await stack.pulumi('import', type, 'database', id, '--yes', '--generate-code=false', '--protect=false');
    const taken = await up(await stack.state());
    expect(taken).to.deep.include({ result: 'succeeded', changes: { create: 11, same: 2 } });
  });
});
