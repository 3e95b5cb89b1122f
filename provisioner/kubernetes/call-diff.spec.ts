import { expect } from 'chai';
import { CONFIG_MAP, openProviderBench, type ProviderBench } from '../../test/support/provider-client.ts';
import type { JsonObject } from './json.ts';

const ROLE_BINDING = 'kubernetes:rbac.authorization.k8s.io/v1:RoleBinding';
const QUOTA = 'kubernetes:core/v1:ResourceQuota';

describe('provider: diff', () => {
  let bench: ProviderBench;
  before(async () => {
    bench = await openProviderBench();
  });
  after(() => bench.close());

  const binding = (name: string, role: string) =>
    bench.labelled(name, {
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: bench.namespace }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
    });

  it('finds no difference in the same inputs', async () => {
    const inputs = bench.labelled('same', { data: { a: '1' } });
    const diff = await bench.calls.diff(CONFIG_MAP, inputs, inputs);
    expect(diff).to.deep.equal({
      changes: 'DIFF_NONE',
      details: {},
      replaces: [],
      deleteBeforeReplace: false,
    });
  });

  it('names each path that changes in place', async () => {
    const olds = bench.labelled('quota', { spec: { hard: { pods: '5', 'requests.cpu': '1' } } });
    await bench.calls.create(QUOTA, olds);
    const news = bench.labelled('quota', { spec: { hard: { pods: '20', secrets: '4' } } });
    expect(await bench.calls.diff(QUOTA, olds, news)).to.deep.equal({
      changes: 'DIFF_SOME',
      details: {
        'spec.hard.pods': 'UPDATE',
        'spec.hard["requests.cpu"]': 'DELETE',
        'spec.hard.secrets': 'ADD',
      },
      replaces: [],
      deleteBeforeReplace: false,
    });
  });

  it('replaces an object that gets another name, the new one first', async () => {
    const diff = await bench.calls.diff(CONFIG_MAP, bench.labelled('before'), bench.labelled('after'));
    expect(diff).to.deep.include({ replaces: ['metadata.name'], deleteBeforeReplace: false });
    expect(diff.details).to.deep.equal({ 'metadata.name': 'UPDATE_REPLACE' });
  });

  it('replaces what the server says is immutable, the old one first', async () => {
    const olds = bench.labelled('fixed', { immutable: true, data: { a: '1' } });
    await bench.calls.create(CONFIG_MAP, olds);
    const news = bench.labelled('fixed', { immutable: true, data: { a: '2' } });
    const diff = await bench.calls.diff(CONFIG_MAP, olds, news);
    expect(diff).to.deep.include({ replaces: ['data.a'], deleteBeforeReplace: true });
    expect(diff.details).to.deep.equal({ 'data.a': 'UPDATE_REPLACE' });
  });

  it('replaces for the field at fault alone, also when the server words it in its own way', async () => {
    const olds = binding('binding', 'one');
    await bench.calls.create(ROLE_BINDING, olds);
    const news: JsonObject = { ...binding('binding', 'two'), subjects: [] };
    const diff = await bench.calls.diff(ROLE_BINDING, olds, news);
    expect(diff).to.deep.include({ replaces: ['roleRef.name'], deleteBeforeReplace: true });
    expect(diff.details).to.deep.equal({ 'subjects[0]': 'DELETE', 'roleRef.name': 'UPDATE_REPLACE' });
  });

  it('does not take an invalid change for an immutable one', async () => {
    const olds = bench.labelled('valid', { spec: { hard: { pods: '5' } } });
    await bench.calls.create(QUOTA, olds);
    const news = bench.labelled('valid', { spec: { hard: { pods: '-5' } } });
    const diff = await bench.calls.diff(QUOTA, olds, news);
    expect(diff).to.deep.include({ changes: 'DIFF_SOME', replaces: [], deleteBeforeReplace: false });
  });

  it('writes nothing to find out', async () => {
    const olds = bench.labelled('untouched', { data: { a: '1' } });
    await bench.calls.create(CONFIG_MAP, olds);
    const path = bench.path('configmaps', 'untouched');
    const live = await bench.connection.request({ method: 'GET', path });
    await bench.calls.diff(CONFIG_MAP, olds, bench.labelled('untouched', { data: { a: '2' } }));
    expect(await bench.connection.request({ method: 'GET', path })).to.deep.equal(live);
  });
});
