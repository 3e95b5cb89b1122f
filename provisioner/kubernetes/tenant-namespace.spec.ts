import { expect } from 'chai';
import { TENANT_LABEL } from '../../tenancy/names.ts';
import { type TenantSpec, tenantSpec } from '../../tenancy/tenant-spec.ts';
import {
  CONFIG_MAP,
  failureOf,
  openProviderBench,
  type ProviderBench,
} from '../../test/support/provider-client.ts';
import { listObjects } from './items.ts';
import { listTenantNamespaces, removeNamespace } from './tenant-namespace.ts';

const cell = {
  database: { host: 'pooler.example', port: 6432, name: 'tenants' },
  gatewayNamespace: 'gateway',
  poolerNamespace: 'pooler',
};
const never = new AbortController().signal;

describe('tenant namespaces', () => {
  let bench: ProviderBench;
  let spec: TenantSpec;
  beforeEach(async () => {
    bench = await openProviderBench();
    spec = tenantSpec({ id: bench.tenantId, plan: 'starter', overrides: {} }, cell);
  });
  afterEach(() => bench.close());

  const path = () => `/api/v1/namespaces/${bench.namespace}`;
  const own = async () =>
    (await listTenantNamespaces(bench.connection)).filter(({ namespace }) => namespace === bench.namespace);

  it('are found by their label alone', async () => {
    const { tenantId, namespace } = bench;
    expect(await own()).to.deep.equal([{ tenantId, namespace, deleting: false }]);
    await bench.patch(path(), { metadata: { labels: { [TENANT_LABEL]: 'garbled' } } });
    expect(await own()).to.deep.equal([{ tenantId: 'garbled', namespace, deleting: false }]);
    await bench.patch(path(), { metadata: { labels: { [TENANT_LABEL]: null } } });
    expect(await own()).to.deep.equal([]);
  });

  it('are removed with all that is in them, and are gone then', async () => {
    await bench.calls.create(CONFIG_MAP, bench.labelled('inside'));
    const { namespace } = bench;
    await removeNamespace(bench.connection, spec, () => true, never);
    expect(await failureOf(bench.connection.request({ method: 'GET', path: path() }))).to.include(
      'not found',
    );
    await removeNamespace(bench.connection, spec, () => true, never);
    await bench.connection.request({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { metadata: { name: namespace } },
    });
  });

  it('are not removed once the lease has lapsed, nor where they are somebody else’s', async () => {
    expect(await failureOf(removeNamespace(bench.connection, spec, () => false, never))).to.include('lapsed');
    await bench.patch(path(), { metadata: { labels: { [TENANT_LABEL]: 't_other' } } });
    const foreign = removeNamespace(bench.connection, spec, () => true, never);
    expect(await failureOf(foreign)).to.include('belongs to t_other');
    expect(await own()).to.have.nested.property('[0].deleting', false);
  });

  it('are listed whole, however many pages the server makes of them', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await bench.calls.create(CONFIG_MAP, bench.labelled(name));
    const pages: unknown[] = [];
    const request: typeof bench.connection.request = async (call) => {
      const page = await bench.connection.request({ ...call, query: { ...call.query, limit: '2' } });
      pages.push(page);
      return page;
    };
    const resource = await bench.connection.findResource('v1', 'ConfigMap');
    const labelSelector = `${TENANT_LABEL}=${bench.tenantId}`;
    const collection = { resource, namespace: bench.namespace, labelSelector };
    const found = await listObjects({ ...bench.connection, request }, collection);
    expect(found.map(({ name }) => name)).to.deep.equal(names);
    expect(pages).to.have.length(3);
  });
});
