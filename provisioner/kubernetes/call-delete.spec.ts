import { expect } from 'chai';
import { eventually } from '../../test/support/eventually.ts';
import {
  CONFIG_MAP,
  failureOf,
  openProviderBench,
  type ProviderBench,
} from '../../test/support/provider-client.ts';
import type { ClusterRequest } from './cluster-request.ts';
import type { JsonObject } from './json.ts';
import { removeObject } from './remove.ts';

describe('provider: delete', () => {
  let bench: ProviderBench;
  before(async () => {
    bench = await openProviderBench();
  });
  after(() => bench.close());

  const path = (name: string) => bench.path('configmaps', name);
  const live = (name: string) => bench.connection.request({ method: 'GET', path: path(name) });
  const create = async (name: string, finalizers: string[] = []) => {
    const labelled = bench.labelled(name);
    const metadata = { ...(labelled.metadata as JsonObject), finalizers };
    return (await bench.calls.create(CONFIG_MAP, { metadata })).id;
  };
  const release = (name: string) => {
    const request = {
      method: 'PATCH',
      path: path(name),
      contentType: 'application/merge-patch+json',
    } as const;
    return bench.connection.request({ ...request, body: { metadata: { finalizers: null } } });
  };

  it('deletes ours; what is not there is deleted already', async () => {
    const id = await create('ours');
    await bench.calls.delete(CONFIG_MAP, id);
    expect(await failureOf(live('ours'))).to.include('not found');
    await bench.calls.delete(CONFIG_MAP, id);
  });

  it('deletes the very object that the state was made of, though its label is gone; no other without one', async () => {
    const { id, outputs } = await bench.calls.create(CONFIG_MAP, bench.labelled('bare'));
    await bench.patch(path('bare'), { metadata: { labels: null } });
    expect(await failureOf(bench.calls.delete(CONFIG_MAP, id))).to.include('carries no landlord.dev/tenant');
    await bench.calls.delete(CONFIG_MAP, id, 0, outputs);
    expect(await failureOf(live('bare'))).to.include('not found');
  });

  it('counts an object as gone whose kind the server no longer serves', async () => {
    await bench.calls.delete('kubernetes:gone.example.com/v1:Widget', `${bench.namespace}/any`);
  });

  it('waits until a finalizer lets the object go', async () => {
    const id = await create('held', ['example.com/hold']);
    let gone = false;
    const deleting = bench.calls.delete(CONFIG_MAP, id).then(() => {
      gone = true;
    });
    await eventually(
      async () => ((await live('held')) as { metadata: JsonObject }).metadata.deletionTimestamp,
    );
    expect(gone).to.equal(false);
    await release('held');
    await deleting;
    expect(await failureOf(live('held'))).to.include('not found');
  });

  it('names the finalizers that hold an object when the time is up', async () => {
    const id = await create('stuck', ['example.com/hold', 'example.com/other']);
    expect(await failureOf(bench.calls.delete(CONFIG_MAP, id, 0.2))).to.match(
      /ConfigMap \S+\/stuck is still there 0.2 s after .*: finalizers example.com\/hold, example.com\/other hold it/,
    );
    await release('stuck');
  });

  it('refuses what is not ours, and leaves it', async () => {
    const body = { metadata: { name: 'foreign' } };
    await bench.connection.request({ method: 'POST', path: bench.path('configmaps'), body });
    const deleting = bench.calls.delete(CONFIG_MAP, `${bench.namespace}/foreign`);
    expect(await failureOf(deleting)).to.include(
      `ConfigMap ${bench.namespace}/foreign exists and carries no`,
    );
    await live('foreign');
  });

  it('does not delete a version it has not seen, such as one that just lost our label', async () => {
    await create('given-away');
    let disturbed = false;
    const request = async (call: ClusterRequest) => {
      const answer = await bench.connection.request(call);
      if (call.method === 'GET' && !disturbed) {
        disturbed = true;
        const body = { metadata: { labels: null } };
        const contentType = 'application/merge-patch+json';
        await bench.connection.request({ method: 'PATCH', path: path('given-away'), body, contentType });
      }
      return answer;
    };
    const connection = { ...bench.connection, request };
    const binding = { connection, tenantId: bench.tenantId, leaseIsHeld: () => true };
    const resource = await bench.connection.findResource('v1', 'ConfigMap');
    const reference = { resource, namespace: bench.namespace, name: 'given-away' };
    const deleting = removeObject(binding, reference, 1_000, new AbortController().signal);
    expect(await failureOf(deleting)).to.include(`given-away exists and carries no`);
    await live('given-away');
  });

  it('refuses an id without a name rather than deleting a whole collection', async () => {
    await create('bystander');
    const deleting = bench.calls.delete(CONFIG_MAP, `${bench.namespace}/`);
    expect(await failureOf(deleting)).to.include(`"" can't be a Kubernetes object's name`);
    await live('bystander');
  });
});
