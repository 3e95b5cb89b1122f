import { expect } from 'chai';
import { TENANT_LABEL } from '../../tenancy/names.ts';
import {
  at,
  CONFIG_MAP,
  failureOf,
  openProviderBench,
  type ProviderBench,
} from '../../test/support/provider-client.ts';
import { applyUnlessChanged } from './apply.ts';
import type { ClusterRequest } from './cluster-request.ts';
import type { JsonObject } from './json.ts';
import { parseObject } from './kubernetes-object.ts';
import { updateObject } from './update.ts';

describe('provider: update', () => {
  let bench: ProviderBench;
  before(async () => {
    bench = await openProviderBench();
  });
  after(() => bench.close());

  const live = async (name: string) =>
    (await bench.connection.request({ method: 'GET', path: bench.path('configmaps', name) })) as JsonObject;
  const patch = (name: string, body: JsonObject) => bench.patch(bench.path('configmaps', name), body);
  const create = async (name: string, data: JsonObject) =>
    (await bench.calls.create(CONFIG_MAP, bench.labelled(name, { data }))).outputs;

  it('changes and drops what the inputs changed and dropped, and leaves what others set', async () => {
    const olds = await create('plain', { a: '1', b: '2' });
    await patch('plain', {
      data: { theirs: 'x' },
      metadata: { annotations: { 'example.com/note': 'kept' } },
    });
    const state = await bench.calls.update(CONFIG_MAP, olds, bench.labelled('plain', { data: { a: '3' } }));
    expect(at(await live('plain'), 'data')).to.deep.equal({ a: '3', theirs: 'x' });
    expect(at(await live('plain'), 'metadata', 'annotations')).to.deep.equal({ 'example.com/note': 'kept' });
    expect(at(state, 'metadata', 'uid')).to.equal(at(olds, 'metadata', 'uid'));
    expect(at(state, '__inputs', 'data')).to.deep.equal({ a: '3' });
  });

  it('takes back a field of ours that somebody else changed', async () => {
    const olds = await create('drifted', { a: '1' });
    await patch('drifted', { data: { a: 'theirs' } });
    await bench.calls.update(CONFIG_MAP, olds, bench.labelled('drifted', { data: { a: '2' } }));
    expect(at(await live('drifted'), 'data')).to.deep.equal({ a: '2' });
  });

  it('makes an object again that somebody deleted', async () => {
    const olds = await create('deleted', { a: '1' });
    await bench.connection.request({ method: 'DELETE', path: bench.path('configmaps', 'deleted') });
    await bench.calls.update(CONFIG_MAP, olds, bench.labelled('deleted', { data: { a: '2' } }));
    expect(at(await live('deleted'), 'data')).to.deep.equal({ a: '2' });
  });

  it('refuses an object whose label says that it is another tenant’s', async () => {
    const olds = await create('given', { a: '1' });
    await patch('given', { metadata: { labels: { [TENANT_LABEL]: 't_other' } } });
    const updating = bench.calls.update(CONFIG_MAP, olds, bench.labelled('given', { data: { a: '2' } }));
    expect(await failureOf(updating)).to.include(`ConfigMap ${bench.namespace}/given exists and belongs to`);
    expect(at(await live('given'), 'data')).to.deep.equal({ a: '1' });
  });

  it('gives the label back to the very object it made, and to no other', async () => {
    const olds = await create('lost', { a: '1' });
    const news = bench.labelled('lost', { data: { a: '2' } });
    await patch('lost', { metadata: { labels: { [TENANT_LABEL]: null } } });
    await bench.calls.update(CONFIG_MAP, olds, news);
    expect(at(await live('lost'), 'metadata', 'labels', TENANT_LABEL)).to.equal(bench.tenantId);
    await bench.connection.request({ method: 'DELETE', path: bench.path('configmaps', 'lost') });
    const body = { metadata: { name: 'lost' } };
    await bench.connection.request({ method: 'POST', path: bench.path('configmaps'), body });
    const updating = bench.calls.update(CONFIG_MAP, olds, news);
    expect(await failureOf(updating)).to.include(`ConfigMap ${bench.namespace}/lost exists and carries no`);
  });

  it('takes out of a policy what others put in, and leaves their labels and notes', async () => {
    const type = 'kubernetes:networking.k8s.io/v1:NetworkPolicy';
    const path = `/apis/networking.k8s.io/v1/namespaces/${bench.namespace}/networkpolicies/opened`;
    const spec = { podSelector: {}, policyTypes: ['Ingress'] };
    const inputs = bench.labelled('opened', { spec });
    const { outputs } = await bench.calls.create(type, inputs);
    await bench.patch(path, {
      spec: { ingress: [{}] },
      metadata: { annotations: { note: 'x' }, labels: { theirs: 'x' } },
    });
    await bench.calls.update(type, outputs, inputs);
    const mended = await bench.connection.request({ method: 'GET', path });
    expect(mended).to.deep.include({ spec });
    expect(mended).to.have.nested.property('metadata.annotations.note', 'x');
    expect(mended).to.have.nested.property('metadata.labels.theirs', 'x');
    const narrower = bench.labelled('opened', {
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
    await bench.calls.update(type, outputs, narrower);
    expect(await bench.calls.diff(type, narrower, narrower, outputs)).to.have.property(
      'changes',
      'DIFF_NONE',
    );
  });

  it('does not write onto a version it has not seen', async () => {
    await create('moved', { a: '1' });
    const seen = parseObject(await live('moved'));
    await patch('moved', { data: { a: 'theirs' } });
    const resource = await bench.connection.findResource('v1', 'ConfigMap');
    const reference = { resource, namespace: bench.namespace, name: 'moved' };
    const binding = { connection: bench.connection, tenantId: bench.tenantId, leaseIsHeld: () => true };
    const desired = { apiVersion: 'v1', kind: 'ConfigMap', ...bench.labelled('moved', { data: { a: '2' } }) };
    const expected = { uid: seen.uid, resourceVersion: seen.resourceVersion };
    const never = new AbortController().signal;
    expect(await applyUnlessChanged(binding, reference, desired, expected, never)).to.equal(undefined);
    expect(at(await live('moved'), 'data')).to.deep.equal({ a: 'theirs' });
  });

  describe('while somebody else writes the object', () => {
    /** Brings `name` to `{ a: '2' }`; after each of the first reads, somebody else changes the object. */
    const updateDisturbed = async (name: string, disturbances: number) => {
      let changes = 0;
      const request = async (call: ClusterRequest) => {
        const answer = await bench.connection.request(call);
        if (call.method === 'GET' && changes < disturbances) {
          changes += 1;
          await patch(name, { data: { theirs: String(changes) } });
        }
        return answer;
      };
      const connection = { ...bench.connection, request };
      const binding = { connection, tenantId: bench.tenantId, leaseIsHeld: () => true };
      const resource = await bench.connection.findResource('v1', 'ConfigMap');
      const desired = { apiVersion: 'v1', kind: 'ConfigMap', ...bench.labelled(name, { data: { a: '2' } }) };
      const reference = { resource, namespace: bench.namespace, name };
      return updateObject(binding, reference, desired, new AbortController().signal);
    };

    it('looks again and writes onto what it then saw', async () => {
      await create('disturbed', { a: '1' });
      await updateDisturbed('disturbed', 3);
      expect(at(await live('disturbed'), 'data')).to.deep.equal({ a: '2', theirs: '3' });
    });

    it('gives up when the object never stands still', async () => {
      await create('restless', { a: '1' });
      const failure = await failureOf(updateDisturbed('restless', Number.POSITIVE_INFINITY));
      expect(failure).to.include(`ConfigMap ${bench.namespace}/restless changed 5 times`);
      expect(at(await live('restless'), 'data', 'a')).to.equal('1');
    });
  });
});
