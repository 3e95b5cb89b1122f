import { expect } from 'chai';
import {
  at,
  CONFIG_MAP,
  failureOf,
  openProviderBench,
  type ProviderBench,
} from '../../test/support/provider-client.ts';

const SERVICE = 'kubernetes:core/v1:Service';
const QUOTA = 'kubernetes:core/v1:ResourceQuota';
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

describe('provider: preview', () => {
  let bench: ProviderBench;
  before(async () => {
    bench = await openProviderBench();
  });
  after(() => bench.close());

  it('shows what a create would make, defaults included, and makes nothing', async () => {
    const inputs = bench.labelled('shown', { spec: { ports: [{ port: 80 }] } });
    const { outputs } = await bench.calls.create(SERVICE, inputs, true);
    expect(at(outputs, 'spec', 'type')).to.equal('ClusterIP');
    expect(outputs.metadata).not.to.have.any.keys('uid', 'resourceVersion', 'creationTimestamp');
    const reading = bench.connection.request({ method: 'GET', path: bench.path('services', 'shown') });
    expect(await failureOf(reading)).to.include('not found');
  });

  it('shows the inputs where the namespace is not made yet, or a value is not known', async () => {
    const { metadata } = bench.labelled('early');
    const early = { metadata: { ...(metadata as object), namespace: 't-not-yet' }, data: { a: '1' } };
    const unknown = bench.labelled('unknown', { data: { a: UNKNOWN } });
    for (const inputs of [early, unknown]) {
      const { outputs } = await bench.calls.create(CONFIG_MAP, inputs, true);
      expect(outputs).to.deep.equal({ apiVersion: 'v1', kind: 'ConfigMap', ...inputs });
    }
  });

  it('finds unknown inputs different without asking the server', async () => {
    const olds = bench.labelled('later', { data: { a: '1' } });
    const diff = await bench.calls.diff(CONFIG_MAP, olds, bench.labelled('later', { data: { a: UNKNOWN } }));
    expect(diff).to.deep.include({ changes: 'DIFF_SOME', details: { 'data.a': 'UPDATE' }, replaces: [] });
  });

  it('shows what an update would change, and changes nothing', async () => {
    const { outputs } = await bench.calls.create(CONFIG_MAP, bench.labelled('kept', { data: { a: '1' } }));
    const news = bench.labelled('kept', { data: { a: '2' } });
    const state = await bench.calls.update(CONFIG_MAP, outputs, news, true);
    expect(state.data).to.deep.equal({ a: '2' });
    const live = await bench.connection.request({ method: 'GET', path: bench.path('configmaps', 'kept') });
    expect(live).to.have.deep.property('data', { a: '1' });
  });

  it('says what the server would refuse, and whose the name is', async () => {
    const invalid = bench.labelled('invalid', { spec: { hard: { pods: '-1' } } });
    expect(await failureOf(bench.calls.create(QUOTA, invalid, true))).to.include('Invalid (HTTP 422)');
    const body = { metadata: { name: 'foreign' } };
    await bench.connection.request({ method: 'POST', path: bench.path('configmaps'), body });
    const creating = bench.calls.create(CONFIG_MAP, bench.labelled('foreign'), true);
    expect(await failureOf(creating)).to.include('carries no landlord.dev/tenant label');
  });

  it('needs no lease, since nothing is written', async () => {
    bench.lease.held = false;
    try {
      await bench.calls.create(CONFIG_MAP, bench.labelled('unheld'), true);
      expect(await failureOf(bench.calls.create(CONFIG_MAP, bench.labelled('unheld')))).to.include('lapsed');
    } finally {
      bench.lease.held = true;
    }
  });
});
