import { expect } from 'chai';
import { newTenantId } from '../../tenancy/ids.ts';
import { TENANT_LABEL } from '../../tenancy/names.ts';
import {
  at,
  CONFIG_MAP,
  failureOf,
  openProviderBench,
  type ProviderBench,
} from '../../test/support/provider-client.ts';
import { isSecret } from './properties.ts';

const QUOTA = 'kubernetes:core/v1:ResourceQuota';
const SECRET = 'kubernetes:core/v1:Secret';
const GONE = { id: '', inputs: {}, state: {} };

describe('provider: read', () => {
  let bench: ProviderBench;
  before(async () => {
    bench = await openProviderBench();
  });
  after(() => bench.close());

  const quota = (name: string, pods: string) => bench.labelled(name, { spec: { hard: { pods } } });
  const path = (name: string) => bench.path('configmaps', name);
  const configMap = async (name: string) =>
    bench.calls.create(CONFIG_MAP, bench.labelled(name, { data: { a: '1' } }));

  it('finds the inputs as they were where nothing drifted, however the server writes them', async () => {
    const { id, outputs } = await bench.calls.create(QUOTA, quota('same', '1000'));
    expect(at(outputs, 'spec', 'hard', 'pods')).to.equal('1k');
    const found = await bench.calls.read(QUOTA, id, outputs);
    expect(found.id).to.equal(id);
    expect(found.inputs).to.deep.equal(outputs.__inputs);
    expect(at(found.state, 'metadata', 'uid')).to.equal(at(outputs, 'metadata', 'uid'));
  });

  it('finds what somebody changed or took away', async () => {
    const { id, outputs } = await configMap('changed');
    await bench.patch(path('changed'), { data: { a: '2', theirs: 'x' }, metadata: { labels: null } });
    const { inputs, state } = await bench.calls.read(CONFIG_MAP, id, outputs);
    expect(inputs).to.deep.include({
      data: { a: '2' },
      metadata: { name: 'changed', namespace: bench.namespace },
    });
    expect(state).to.deep.include({ data: { a: '2', theirs: 'x' }, __inputs: inputs });
  });

  it('says that an object is gone, and so is one whose name is now another object', async () => {
    const { id, outputs } = await configMap('gone');
    await bench.connection.request({ method: 'DELETE', path: path('gone') });
    expect(await bench.calls.read(CONFIG_MAP, id, outputs)).to.deep.equal(GONE);
    const body = { metadata: { name: 'gone' } };
    await bench.connection.request({ method: 'POST', path: bench.path('configmaps'), body });
    expect(await bench.calls.read(CONFIG_MAP, id, outputs)).to.deep.equal(GONE);
    const unserved = 'kubernetes:gone.example.com/v1:Widget';
    expect(await bench.calls.read(unserved, id, outputs)).to.deep.equal(GONE);
  });

  it('imports exactly what was applied, without what the server and others added', async () => {
    const inputs = quota('imported', '5');
    const { id } = await bench.calls.create(QUOTA, inputs);
    await bench.patch(bench.path('resourcequotas', 'imported'), { metadata: { annotations: { note: 'x' } } });
    const found = await bench.calls.read(QUOTA, id);
    expect(found).to.deep.include({ id, inputs: { apiVersion: 'v1', kind: 'ResourceQuota', ...inputs } });
    expect(found.state.__inputs).to.deep.equal(found.inputs);
  });

  it('imports what we did not make as it is, without the part of the server', async () => {
    const { metadata } = bench.labelled('by-hand');
    const body = { metadata, data: { a: '1' } };
    await bench.connection.request({ method: 'POST', path: bench.path('configmaps'), body });
    const { inputs } = await bench.calls.read(CONFIG_MAP, `${bench.namespace}/by-hand`);
    expect(inputs).to.deep.equal({ apiVersion: 'v1', kind: 'ConfigMap', ...body });
  });

  it('imports nothing foreign', async () => {
    const labels = { [TENANT_LABEL]: newTenantId() };
    const body = { metadata: { name: 'foreign', labels } };
    await bench.connection.request({ method: 'POST', path: bench.path('configmaps'), body });
    const reading = bench.calls.read(CONFIG_MAP, `${bench.namespace}/foreign`);
    expect(await failureOf(reading)).to.include(`belongs to ${labels[TENANT_LABEL]}`);
  });

  it('keeps a secret secret', async () => {
    const { id, outputs } = await bench.calls.create(
      SECRET,
      bench.labelled('secret', { data: { a: 'b3Blbg==' } }),
    );
    for (const state of [outputs, {}]) {
      const found = await bench.calls.read(SECRET, id, state);
      expect(isSecret(found.inputs.data)).to.equal(true);
      expect(isSecret(found.state.data)).to.equal(true);
    }
  });
});
