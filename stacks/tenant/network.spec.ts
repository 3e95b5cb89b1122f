import { runtime } from '@pulumi/pulumi';
import { expect } from 'chai';
import { newTenantId } from '../../tenancy/ids.ts';
import { tenantSpec } from '../../tenancy/tenant-spec.ts';
import { createNamespace } from './namespace.ts';
import { createNetworkPolicies } from './network.ts';

const spec = tenantSpec(
  { id: newTenantId(), plan: 'starter', overrides: {} },
  {
    database: { host: 'pooler.example', port: 6432, name: 'tenants' },
    gatewayNamespace: 'edge',
    poolerNamespace: 'pooling',
  },
);

async function policies(): Promise<Map<string, object>> {
  const found = new Map<string, object>();
  await runtime.setMocks({
    call: () => ({}),
    newResource: ({ name, inputs }) => {
      if (inputs.kind === 'NetworkPolicy') found.set(inputs.metadata.name, inputs.spec);
      return { id: name, state: inputs };
    },
  });
  createNetworkPolicies(createNamespace(spec));
  await runtime.disconnect();
  return found;
}

const namespaced = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

describe('network policies of a tenant', () => {
  it('deny everything first, both ways', async () => {
    expect((await policies()).get('default-deny')).to.deep.equal({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
  });

  it('open exactly four ways, each for all pods of the namespace', async () => {
    const all = await policies();
    const openings = ['allow-same-namespace', 'allow-dns', 'allow-gateway', 'allow-pooler'];
    expect([...all.keys()]).to.have.members(['default-deny', ...openings]);
    for (const [name, policy] of all) expect(policy, name).to.deep.include({ podSelector: {} });
  });

  it('let pods of the namespace talk to each other', async () => {
    expect((await policies()).get('allow-same-namespace')).to.deep.include({
      ingress: [{ from: [{ podSelector: {} }] }],
      egress: [{ to: [{ podSelector: {} }] }],
    });
  });

  it('let out DNS to kube-dns alone', async () => {
    const peer = { ...namespaced('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } };
    const ports = [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ];
    expect((await policies()).get('allow-dns')).to.deep.equal({
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [peer], ports }],
    });
  });

  it('let in the gateway by the name of its namespace, which nobody can forge', async () => {
    expect((await policies()).get('allow-gateway')).to.deep.equal({
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [namespaced('edge')] }],
    });
  });

  it('let out to the pooler alone, on its port', async () => {
    const pods = { matchLabels: { 'app.kubernetes.io/name': 'pgbouncer' } };
    expect((await policies()).get('allow-pooler')).to.deep.equal({
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        { to: [{ ...namespaced('pooling'), podSelector: pods }], ports: [{ protocol: 'TCP', port: 6432 }] },
      ],
    });
  });
});
