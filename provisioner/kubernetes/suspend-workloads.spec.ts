import { expect } from 'chai';
import { TENANT_LABEL } from '../../tenancy/names.ts';
import { type TenantSpec, tenantSpec } from '../../tenancy/tenant-spec.ts';
import { failureOf, openProviderBench, type ProviderBench } from '../../test/support/provider-client.ts';
import type { ClusterRequest } from './cluster-request.ts';
import type { JsonObject } from './json.ts';
import { resumeWorkloads, suspendWorkloads, workloadsAwake } from './suspend-workloads.ts';

const cell = {
  database: { host: 'pooler.example', port: 6432, name: 'tenants' },
  gatewayNamespace: 'gateway',
  poolerNamespace: 'pooler',
};
const never = new AbortController().signal;
const held = () => true;

describe('workloads of a suspended tenant', () => {
  let bench: ProviderBench;
  let spec: TenantSpec;
  beforeEach(async () => {
    bench = await openProviderBench();
    spec = tenantSpec({ id: bench.tenantId, plan: 'starter', overrides: {}, target: 'suspended' }, cell);
    await makeWorkloads();
  });
  afterEach(() => bench.close());

  const path = (collection: string, name = '') =>
    `/apis/${collection.replace('/', `/v1/namespaces/${bench.namespace}/`)}${name && `/${name}`}`;
  const make = (collection: string, name: string, workload: JsonObject) =>
    bench.connection.request({
      method: 'POST',
      path: path(collection),
      body: { metadata: { name }, spec: workload },
    });
  const specOf = async (collection: string, name: string) => {
    const live = await bench.connection.request({ method: 'GET', path: path(collection, name) });
    return (live as { spec: { replicas?: number; suspend?: boolean } }).spec;
  };

  async function makeWorkloads(): Promise<void> {
    const metadata = { labels: { app: 'w' } };
    const containers = [{ name: 'w', image: 'registry.example/w:1' }];
    const template = { metadata, spec: { containers } };
    const selector = { matchLabels: { app: 'w' } };
    const job = { template: { spec: { containers, restartPolicy: 'Never' } } };
    await make('apps/deployments', 'three', { replicas: 3, selector, template });
    await make('apps/deployments', 'none', { replicas: 0, selector, template });
    await make('apps/statefulsets', 'two', { replicas: 2, selector, template, serviceName: 'w' });
    await make('batch/cronjobs', 'nightly', { schedule: '0 0 * * *', jobTemplate: { spec: job } });
    await make('batch/cronjobs', 'off', { schedule: '0 0 * * *', suspend: true, jobTemplate: { spec: job } });
    await make('batch/jobs', 'once', job);
  }

  async function states(): Promise<unknown[]> {
    const scaled = [
      await specOf('apps/deployments', 'three'),
      await specOf('apps/deployments', 'none'),
      await specOf('apps/statefulsets', 'two'),
    ];
    const paused = [
      await specOf('batch/cronjobs', 'nightly'),
      await specOf('batch/cronjobs', 'off'),
      await specOf('batch/jobs', 'once'),
    ];
    return [...scaled.map(({ replicas }) => replicas), ...paused.map(({ suspend }) => suspend)];
  }

  it('rest, and come back as they were, however often either is done', async () => {
    expect(await workloadsAwake(bench.connection, spec)).to.have.members(
      ['Deployment', 'StatefulSet', 'CronJob', 'Job'].map(
        (kind, index) =>
          `${kind} ${bench.namespace}/${['three', 'two', 'nightly', 'once'][index]} is not suspended`,
      ),
    );
    for (const _time of [1, 2]) {
      await suspendWorkloads(bench.connection, spec, held, never);
      expect(await states()).to.deep.equal([0, 0, 0, true, true, true]);
    }
    expect(await workloadsAwake(bench.connection, spec)).to.deep.equal([]);
    for (const _time of [1, 2]) {
      await resumeWorkloads(bench.connection, spec, held, never);
      expect(await states()).to.deep.equal([3, 0, 2, false, true, false]);
    }
  });

  it('remember the count that somebody set while they were being put to rest', async () => {
    let disturbed = false;
    const request = async (call: ClusterRequest) => {
      const patching = call.method === 'PATCH' && call.path.endsWith('/deployments/three');
      if (patching && !disturbed) {
        disturbed = true;
        await bench.patch(path('apps/deployments', 'three'), { spec: { replicas: 4 } });
      }
      return bench.connection.request(call);
    };
    await suspendWorkloads({ ...bench.connection, request }, spec, held, never);
    await resumeWorkloads(bench.connection, spec, held, never);
    expect((await specOf('apps/deployments', 'three')).replicas).to.equal(4);
  });

  it('are left alone in a namespace that is not the tenant’s, and once the lease has lapsed', async () => {
    const lapsed = suspendWorkloads(bench.connection, spec, () => false, never);
    expect(await failureOf(lapsed)).to.include('lapsed');
    const labels = { [TENANT_LABEL]: null };
    await bench.patch(`/api/v1/namespaces/${bench.namespace}`, { metadata: { labels } });
    const foreign = suspendWorkloads(bench.connection, spec, held, never);
    expect(await failureOf(foreign)).to.include(`Namespace ${bench.namespace} exists and carries no`);
    expect((await specOf('apps/deployments', 'three')).replicas).to.equal(3);
  });

  it('are none where there is no namespace', async () => {
    const nobody = { ...spec, namespace: 't-nobody' };
    await suspendWorkloads(bench.connection, nobody, held, never);
    await resumeWorkloads(bench.connection, nobody, held, never);
  });
});
