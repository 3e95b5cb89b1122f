import { expect } from 'chai';
import { kubeconfigPath } from '../../test/support/cluster.ts';
import { connectToCluster } from '../kubernetes/connection.ts';
import { countedConnection, ProviderCalls } from './provider-calls.ts';

describe('provider calls', () => {
  it('are counted by method and resource, refused ones too', async () => {
    const connection = connectToCluster(kubeconfigPath());
    const calls = new ProviderCalls();
    const counted = countedConnection(connection, calls);
    const get = (path: string) => counted.request({ method: 'GET', path });
    await Promise.all([get('/api/v1/namespaces/default'), get('/api/v1/namespaces/default')]);
    await get('/apis/networking.k8s.io/v1/namespaces/default/networkpolicies');
    await get('/api/v1/namespaces/default/configmaps/none').catch(() => undefined);
    connection.close();
    expect(calls.list()).to.deep.equal([
      { service: 'kubernetes', call: 'GET configmaps', count: 1 },
      { service: 'kubernetes', call: 'GET namespaces', count: 2 },
      { service: 'kubernetes', call: 'GET networkpolicies', count: 1 },
    ]);
  });

  it('are not counted when the lease is gone before they are sent', async () => {
    const connection = connectToCluster(kubeconfigPath());
    const calls = new ProviderCalls();
    const beforeAttempt = () => {
      throw new Error('the lease is gone');
    };
    const request = { method: 'DELETE', path: '/api/v1/namespaces/none', beforeAttempt } as const;
    await countedConnection(connection, calls)
      .request(request)
      .catch(() => undefined);
    connection.close();
    expect(calls.list()).to.deep.equal([]);
  });
});
