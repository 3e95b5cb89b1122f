import { runtime } from '@pulumi/pulumi';
import { expect } from 'chai';
import { tenantProgram } from '../../stacks/tenant/program.ts';
import { type TenantSpec, tenantSpec } from '../../tenancy/tenant-spec.ts';
import { eventually } from '../../test/support/eventually.ts';
import { openProviderBench, type ProviderBench } from '../../test/support/provider-client.ts';
import { basePath } from './discovery.ts';
import type { JsonObject } from './json.ts';
import { EXPECTED, verifyTenantObjects } from './verify.ts';

const cell = {
  database: { host: 'pooler.example', port: 6432, name: 'tenants' },
  gatewayNamespace: 'gateway',
  poolerNamespace: 'pooler',
};

interface Registered {
  readonly type: string;
  readonly inputs: JsonObject & { readonly kind: string; readonly metadata: { readonly name: string } };
}

/** What the tenant stack registers for a spec, by Pulumi's mocks. */
async function registeredBy(spec: TenantSpec): Promise<Registered[]> {
  const registered: Registered[] = [];
  await runtime.setMocks({
    call: () => ({}),
    newResource: ({ type, name, inputs }) => {
      registered.push({ type, inputs });
      return { id: name, state: inputs };
    },
  });
  await tenantProgram(spec)();
  await runtime.disconnect();
  return registered;
}

describe('verifyTenantObjects', () => {
  let bench: ProviderBench;
  let spec: TenantSpec;
  let registered: Registered[];
  before(async () => {
    bench = await openProviderBench();
    // A thousand pods: the API server writes that as 1k.
    spec = tenantSpec({ id: bench.tenantId, plan: 'starter', overrides: { pods: 1000 } }, cell);
    registered = await registeredBy(spec);
  });
  after(() => bench.close());

  const remove = (apiVersion: string, plural: string, name: string) => {
    const path = `${basePath(apiVersion)}/namespaces/${bench.namespace}/${plural}/${name}`;
    return bench.connection.request({ method: 'DELETE', path });
  };

  it('expects what the stack registers, no more and no less', () => {
    const inside = registered.filter(({ inputs }) => inputs.kind !== 'Namespace');
    const made = inside.map(({ inputs }) => `${inputs.apiVersion} ${inputs.kind} ${inputs.metadata.name}`);
    const expected = EXPECTED.flatMap(({ apiVersion, kind, names }) =>
      names.map((name) => `${apiVersion} ${kind} ${name}`),
    );
    expect(expected).to.have.members(made);
  });

  it('says what is missing from an empty namespace', async () => {
    const problems = await verifyTenantObjects(bench.connection, spec);
    const labels = ['landlord.dev/plan', 'pod-security.kubernetes.io/enforce'];
    const missing = EXPECTED.flatMap(({ kind, names }) =>
      names.map((name) => `${kind} ${spec.namespace}/${name} is missing`),
    );
    expect(problems)
      .to.have.length(labels.length + missing.length)
      .and.to.include.members(missing);
    for (const label of labels) expect(problems.join('\n')).to.include(`label ${label} is not`);
  });

  it('is content once everything is there and the quota is in force', async () => {
    for (const { type, inputs } of registered) await bench.calls.create(type, inputs);
    await eventually(async () => {
      expect(await verifyTenantObjects(bench.connection, spec)).to.deep.equal([]);
      return true;
    });
  });

  it('sees a quota that is not the one of the plan', async () => {
    const larger = tenantSpec({ id: bench.tenantId, plan: 'starter', overrides: { pods: 2000 } }, cell);
    expect(await verifyTenantObjects(bench.connection, larger)).to.include(
      `ResourceQuota ${spec.namespace}/tenant: pods should be 2000 and is in force as 1k`,
    );
  });

  it('names the one object that is gone', async () => {
    await remove('networking.k8s.io/v1', 'networkpolicies', 'default-deny');
    expect(await verifyTenantObjects(bench.connection, spec)).to.deep.equal([
      `NetworkPolicy ${spec.namespace}/default-deny is missing`,
    ]);
  });

  it('does not count an object that lost its label', async () => {
    const path = `/api/v1/namespaces/${bench.namespace}/limitranges/tenant`;
    const body = { metadata: { labels: null } };
    await bench.connection.request({
      method: 'PATCH',
      path,
      body,
      contentType: 'application/merge-patch+json',
    });
    expect(await verifyTenantObjects(bench.connection, spec)).to.include(
      `LimitRange ${spec.namespace}/tenant is missing`,
    );
  });

  it('says that the namespace is missing', async () => {
    const nobody = { ...spec, namespace: 't-nobody' };
    expect(await verifyTenantObjects(bench.connection, nobody)).to.include('namespace t-nobody is missing');
  });
});
