import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { kubeconfigPath } from '../../test/support/cluster.ts';
import { ApiError } from './api-error.ts';
import type { ClusterRequest } from './cluster-request.ts';
import { type ClusterConnection, connectToCluster } from './connection.ts';
import { ConnectionError } from './send.ts';

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;
const GET: ClusterRequest = { method: 'GET', path: '/api/v1/namespaces/space/pods/a' };

const reset: Answer = (request) => request.socket.destroy();
const fine: Answer = (_request, response) => response.end('{"fine":true}');
const refuse =
  (status: number, headers: http.OutgoingHttpHeaders, body: unknown): Answer =>
  (_request, response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
const busy = refuse(
  429,
  { 'retry-after': '0' },
  { kind: 'Status', reason: 'TooManyRequests', message: 'busy' },
);

describe('connection to a cluster', () => {
  it('answers over TLS with the kubeconfig’s certificate', async () => {
    const connection = connectToCluster(kubeconfigPath());
    const answer = await connection.request({ method: 'GET', path: '/version' });
    connection.close();
    expect(answer).to.have.property('major', '1');
  });

  it('says what a kubeconfig without a cluster lacks', async () => {
    await withKubeconfig({}, async (path) => {
      expect(() => connectToCluster(path)).to.throw(`kubeconfig ${path} has no current cluster`);
    });
  });

  describe('with a server that has its moods', () => {
    it('asks again as long as the server says so', async () => {
      const { answer, requests } = await ask([busy, busy, fine], GET);
      expect(await answer).to.deep.equal({ fine: true });
      expect(requests).to.equal(3);
    });

    it('does not ask again where the server names no time', async () => {
      const unavailable = refuse(
        503,
        {},
        { kind: 'Status', reason: 'ServiceUnavailable', message: 'not now' },
      );
      const { answer, requests } = await ask([unavailable, fine], GET);
      expect(await failed(answer))
        .to.be.instanceOf(ApiError)
        .with.property('reason', 'ServiceUnavailable');
      expect(requests).to.equal(1);
    });

    it('asks five times at most', async () => {
      const { answer, requests } = await ask([busy, busy, busy, busy, busy, fine], GET);
      expect(await failed(answer)).to.have.property('status', 429);
      expect(requests).to.equal(5);
    });

    it('repeats a broken call only when that does no harm', async () => {
      const read = await ask([reset, fine], GET);
      expect(await read.answer).to.deep.equal({ fine: true });
      const post = await ask([reset, fine], { ...GET, method: 'POST', body: {} });
      expect(await failed(post.answer))
        .to.be.instanceOf(ConnectionError)
        .with.property('code', 'ECONNRESET');
      expect(post.requests).to.equal(1);
    });

    it('asks before each attempt whether it may still be sent', async () => {
      let allowed = 2;
      const beforeAttempt = () => {
        if (allowed-- === 0) throw new Error('the lease lapsed');
      };
      const { answer, requests } = await ask([busy, busy, fine], { ...GET, beforeAttempt });
      expect(await failed(answer)).to.have.property('message', 'the lease lapsed');
      expect(requests).to.equal(2);
    });

    it('keeps the reason, the sentence and the object of a refusal', async () => {
      const details = { name: 'a', kind: 'pods', causes: [{ reason: 'X', message: 'm', field: 'spec' }] };
      const refusal = { kind: 'Status', reason: 'Invalid', message: 'no good', details };
      const { answer } = await ask([refuse(422, {}, refusal)], GET);
      expect(await failed(answer)).to.deep.include({
        status: 422,
        reason: 'Invalid',
        message: 'no good',
        subject: { kind: 'pods', namespace: 'space', name: 'a' },
        causes: details.causes,
      });
    });

    it('reports what a proxy says in its own way', async () => {
      const { answer } = await ask([refuse(502, {}, '<html>bad gateway</html>')], GET);
      const error = await failed(answer);
      expect(error).to.have.property('reason', 'BadGateway');
      expect(error).to.have.property('message').that.includes('<html>bad gateway</html>');
    });

    it('ends what is open when the signal aborts or the connection closes', async () => {
      const silent: Answer = () => undefined;
      const aborted = await ask([silent], { ...GET, signal: AbortSignal.timeout(20) });
      expect(await failed(aborted.answer)).to.have.property('name', 'TimeoutError');
      const closed = await ask([silent], GET, (connection) => connection.close());
      expect(await failed(closed.answer)).to.have.property(
        'message',
        'the connection to the cluster was closed',
      );
    });
  });
});

/** Sends one request to a server that gives these answers in turn; returns the settled answer. */
async function ask(
  answers: Answer[],
  request: ClusterRequest,
  whenAsked?: (connection: ClusterConnection) => void,
): Promise<{ answer: Promise<unknown>; requests: number }> {
  let requests = 0;
  let connection: ClusterConnection | undefined;
  const server = http.createServer((incoming, response) => {
    answers[requests]?.(incoming, response);
    requests += 1;
    if (connection !== undefined) whenAsked?.(connection);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = await withKubeconfig({ server: `http://127.0.0.1:${port}` }, async (path) => {
    const opened = connectToCluster(path);
    connection = opened;
    const asking = opened.request(request);
    await Promise.allSettled([asking]);
    opened.close();
    return { asking };
  });
  server.closeAllConnections();
  await once(server.close(), 'close');
  return { answer: answer.asking, requests };
}

async function withKubeconfig<Result>(
  { server }: { server?: string },
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  // The client library refuses plain HTTP unless it is told not to verify.
  const clusters =
    server === undefined ? [] : [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }];
  const contexts = [{ name: 'c', context: { cluster: 'c', user: 'u' } }];
  const users = [{ name: 'u', user: { token: 't' } }];
  const config = { apiVersion: 'v1', kind: 'Config', clusters, contexts, users, 'current-context': 'c' };
  const path = join(directory, 'kubeconfig');
  await writeFile(path, JSON.stringify(config));
  return work(path).finally(() => rm(directory, { recursive: true }));
}

async function failed(answer: Promise<unknown>): Promise<Error> {
  return answer.then(
    (value) => new Error(`it succeeded with ${JSON.stringify(value)}`),
    (error: Error) => error,
  );
}
