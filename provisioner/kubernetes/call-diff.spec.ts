import { expect } from 'chai';
import { CONFIG_MAP, openProviderBench, type ProviderBench } from '../../test/support/provider-client.ts';
import type { JsonObject } from './json.ts';

const ROLE_BINDING = 'kubernetes:rbac.authorization.k8s.io/v1:RoleBinding';
const QUOTA = 'kubernetes:core/v1:ResourceQuota';
const NETWORK_POLICY = 'kubernetes:networking.k8s.io/v1:NetworkPolicy';
const NONE = { changes: 'DIFF_NONE', details: {}, replaces: [], deleteBeforeReplace: false };

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
    const { outputs } = await bench.calls.create(CONFIG_MAP, inputs);
    expect(await bench.calls.diff(CONFIG_MAP, inputs, inputs, outputs)).to.deep.equal(NONE);
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

  describe('with what became of the object', () => {
    /** What a run finds that wants what it wanted before, after somebody did something. */
    const diffAfter = async (type: string, inputs: JsonObject, deed: () => Promise<unknown>) => {
      const { outputs } = await bench.calls.create(type, inputs);
      await deed();
      return bench.calls.diff(type, inputs, inputs, outputs);
    };
    const policyPath = (name: string) =>
      `/apis/networking.k8s.io/v1/namespaces/${bench.namespace}/networkpolicies/${name}`;
    const denyAll = (name: string) =>
      bench.labelled(name, { spec: { podSelector: {}, policyTypes: ['Ingress'] } });

    it('finds an object that was deleted', async () => {
      const path = bench.path('configmaps', 'deleted');
      const inputs = bench.labelled('deleted', { data: { a: '1' } });
      const remove = () => bench.connection.request({ method: 'DELETE', path });
      const details = { apiVersion: 'ADD', kind: 'ADD', metadata: 'ADD', data: 'ADD' };
      const diff = await diffAfter(CONFIG_MAP, inputs, remove);
      expect(diff).to.deep.equal({ ...NONE, changes: 'DIFF_SOME', details });
    });

    it('finds a quota that was raised, and not that the server writes 1000 as 1k', async () => {
      const inputs = bench.labelled('raised', { spec: { hard: { pods: '1000', secrets: '5' } } });
      const raise = () =>
        bench.patch(bench.path('resourcequotas', 'raised'), { spec: { hard: { secrets: 50 } } });
      const diff = await diffAfter(QUOTA, inputs, raise);
      expect(diff).to.deep.include({ details: { 'spec.hard.secrets': 'UPDATE' }, replaces: [] });
    });

    it('leaves alone what the program says to ignore', async () => {
      const inputs = bench.labelled('ignored', { data: { a: '1', b: '1' } });
      const { outputs } = await bench.calls.create(CONFIG_MAP, inputs);
      await bench.patch(bench.path('configmaps', 'ignored'), { data: { a: '2', b: '2' } });
      const diff = await bench.calls.diff(CONFIG_MAP, inputs, inputs, outputs, ['data.a']);
      expect(diff.details).to.deep.equal({ 'data.b': 'UPDATE' });
    });

    it('finds a label that was taken away', async () => {
      const strip = () => bench.patch(bench.path('configmaps', 'bare'), { metadata: { labels: null } });
      const diff = await diffAfter(CONFIG_MAP, bench.labelled('bare'), strip);
      expect(diff.details).to.deep.equal({ 'metadata.labels': 'ADD' });
    });

    it('finds what opens a policy that denies, though the inputs do not name the field', async () => {
      const open = () => bench.patch(policyPath('open'), { spec: { ingress: [{}] } });
      expect((await diffAfter(NETWORK_POLICY, denyAll('open'), open)).details).to.deep.equal({
        'spec.ingress': 'DELETE',
      });
      const spec = { podSelector: { matchLabels: { not: 'there' } } };
      const narrow = () => bench.patch(policyPath('narrow'), { spec });
      const narrowed = await diffAfter(NETWORK_POLICY, denyAll('narrow'), narrow);
      expect(narrowed).to.have.property('changes', 'DIFF_SOME');
    });

    it('finds nothing in what others may set: metadata, status, more data', async () => {
      const note = { metadata: { annotations: { note: 'x' }, labels: { theirs: 'x' } } };
      const annotate = () => bench.patch(policyPath('noted'), note);
      expect(await diffAfter(NETWORK_POLICY, denyAll('noted'), annotate)).to.deep.equal(NONE);
      const inputs = bench.labelled('more', { data: { a: '1' } });
      const add = () => bench.patch(bench.path('configmaps', 'more'), { data: { theirs: 'x' } });
      expect(await diffAfter(CONFIG_MAP, inputs, add)).to.deep.equal(NONE);
    });

    it('replaces where only a new object can be as it was', async () => {
      const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${bench.namespace}/rolebindings/turned`;
      const inputs = binding('turned', 'one');
      const turn = async () => {
        await bench.connection.request({ method: 'DELETE', path });
        await bench.calls.create(ROLE_BINDING, binding('turned', 'two'));
      };
      const diff = await diffAfter(ROLE_BINDING, inputs, turn);
      expect(diff).to.deep.include({ replaces: ['roleRef.name'], deleteBeforeReplace: true });
    });

    it('finds an object that is being terminated', async () => {
      const labelled = bench.labelled('leaving');
      const inputs = { metadata: { ...(labelled.metadata as JsonObject), finalizers: ['example.com/hold'] } };
      const path = bench.path('configmaps', 'leaving');
      const diff = await diffAfter(CONFIG_MAP, inputs, () =>
        bench.connection.request({ method: 'DELETE', path }),
      );
      expect(diff.details).to.deep.equal({ 'metadata.deletionTimestamp': 'DELETE' });
      await bench.patch(path, { metadata: { finalizers: null } });
    });
  });
});
