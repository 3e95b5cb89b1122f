import { runtime } from '@pulumi/pulumi';
import { expect } from 'chai';
import { newTenantId } from '../../tenancy/ids.ts';
import { PLAN_LABEL, TENANT_LABEL } from '../../tenancy/names.ts';
import { PLANS, type PlanName, planNameSchema } from '../../tenancy/plans.ts';
import { type Cell, type TenantSpec, tenantSpec } from '../../tenancy/tenant-spec.ts';
import { tenantProgram } from './program.ts';

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { name: string; namespace?: string; labels: Record<string, string> };
  readonly [property: string]: unknown;
}

const cell: Cell = {
  database: { host: 'pooler.example', port: 6432, name: 'tenants' },
  gatewayNamespace: 'gateway',
  poolerNamespace: 'pooler',
};

function specOf(plan: PlanName, overrides = {}): TenantSpec {
  return tenantSpec({ id: newTenantId(), plan, overrides }, cell);
}

/** Runs the program against Pulumi's mocks and returns the inputs of all it registers. */
async function objectsOf(spec: TenantSpec): Promise<KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  await runtime.setMocks({
    call: () => ({}),
    newResource: ({ name, inputs }) => {
      objects.push(inputs);
      return { id: name, state: inputs };
    },
  });
  await tenantProgram(spec)();
  await runtime.disconnect();
  return objects;
}

async function objectOf(spec: TenantSpec, kind: string, name?: string): Promise<KubernetesObject> {
  const all = await objectsOf(spec);
  const found = all.filter(
    (object) => object.kind === kind && (name ?? object.metadata.name) === object.metadata.name,
  );
  expect(found, `${kind} ${name ?? ''}`).to.have.length(1);
  return found[0] as KubernetesObject;
}

describe('tenant stack', () => {
  for (const plan of planNameSchema.options) {
    describe(`plan ${plan}`, () => {
      const { limits } = PLANS[plan];

      it('gives every object a name of its own, the tenant and plan labels, and the namespace', async () => {
        const spec = specOf(plan);
        const objects = await objectsOf(spec);
        expect(objects).to.have.length(12);
        for (const { kind, metadata } of objects) {
          expect(metadata.name, kind).to.be.a('string').and.not.equal('');
          expect(metadata.labels, kind).to.include({ [TENANT_LABEL]: spec.id, [PLAN_LABEL]: plan });
          expect(kind === 'Namespace' ? metadata.name : metadata.namespace, kind).to.equal(spec.namespace);
        }
      });

      it('sets the quota to the limits of the plan', async () => {
        const { hard } = (await objectOf(specOf(plan), 'ResourceQuota')).spec as { hard: object };
        expect(hard).to.include(expectedCompute(plan));
        expect(hard).to.include({ 'services.loadbalancers': '0', 'services.nodeports': '0' });
      });

      it('gives a pod that asks for nothing a share, and as many as the plan allows fit the quota', async () => {
        const range = await objectOf(specOf(plan), 'LimitRange');
        const [container, claim] = (range.spec as { limits: Record<string, Record<string, string>>[] })
          .limits;
        expect(container?.default).to.deep.equal(container?.defaultRequest);
        const { cpu = '', memory = '' } = container?.default ?? {};
        expect(cpu).to.match(/^[1-9]\d*m$/);
        expect(Number.parseInt(cpu, 10) * limits.pods).to.be.at.most(limits.cpuCores * 1000);
        expect(memory).to.match(/^[1-9]\d*Mi$/);
        expect(Number.parseInt(memory, 10) * limits.pods).to.be.at.most(limits.memoryGibibytes * 1024);
        expect(container?.max).to.deep.equal({
          cpu: `${limits.cpuCores}`,
          memory: `${limits.memoryGibibytes}Gi`,
        });
        expect(claim?.max).to.deep.equal({ storage: `${limits.volumesGibibytes}Gi` });
      });
    });
  }

  it('follows the overrides of a contract', async () => {
    const quota = await objectOf(specOf('enterprise', { pods: 333, memoryGibibytes: 7 }), 'ResourceQuota');
    expect(quota.spec).to.have.nested.include({ 'hard.pods': '333', 'hard.limits\\.memory': '7Gi' });
  });

  it('leaves a suspended tenant all but its pods', async () => {
    const spec = specOf('team');
    const { hard } = (await objectOf(spec, 'ResourceQuota')).spec as { hard: object };
    const suspended = await objectOf({ ...spec, target: 'suspended' }, 'ResourceQuota');
    expect(suspended.spec).to.deep.equal({ hard: { ...hard, pods: '0' } });
  });

  it('puts the namespace under the restricted Pod Security Standard', async () => {
    const { metadata } = await objectOf(specOf('starter'), 'Namespace');
    for (const mode of ['enforce', 'audit', 'warn']) {
      expect(metadata.labels).to.include({
        [`pod-security.kubernetes.io/${mode}`]: 'restricted',
        [`pod-security.kubernetes.io/${mode}-version`]: 'latest',
      });
    }
  });

  it('gives the service account no token, and its role no secrets and nothing to change', async () => {
    const spec = specOf('team');
    expect(await objectOf(spec, 'ServiceAccount')).to.include({ automountServiceAccountToken: false });
    const { rules } = (await objectOf(spec, 'Role')) as unknown as {
      rules: { resources: string[]; verbs: string[] }[];
    };
    expect(rules.flatMap((rule) => rule.resources)).to.have.members([
      'configmaps',
      'pods',
      'services',
      'pods/log',
    ]);
    expect(new Set(rules.flatMap((rule) => rule.verbs))).to.have.all.keys('get', 'list', 'watch');
    const binding = await objectOf(spec, 'RoleBinding');
    expect(binding.roleRef).to.include({ kind: 'Role', name: 'tenant' });
    expect(binding.subjects).to.deep.equal([
      { kind: 'ServiceAccount', name: 'tenant', namespace: spec.namespace },
    ]);
  });

  it('tells the pods where their database is, and no secret', async () => {
    const spec = specOf('starter');
    const { data } = await objectOf(spec, 'ConfigMap', 'database');
    const address = { host: 'pooler.example', port: '6432', database: 'tenants' };
    expect(data).to.deep.equal({ ...address, schema: spec.schema, role: spec.role });
  });

  it('is pure: the same spec gives the same objects', async () => {
    const spec = specOf('business');
    expect(await objectsOf(spec)).to.have.deep.members(await objectsOf(spec));
  });
});

function expectedCompute(plan: PlanName): Record<string, string> {
  const { pods, cpuCores, memoryGibibytes, volumesGibibytes } = PLANS[plan].limits;
  const cpu = `${cpuCores}`;
  const memory = `${memoryGibibytes}Gi`;
  const requests = {
    'requests.cpu': cpu,
    'requests.memory': memory,
    'requests.storage': `${volumesGibibytes}Gi`,
  };
  return { pods: `${pods}`, ...requests, 'limits.cpu': cpu, 'limits.memory': memory };
}
