/** An API server's front door that can refuse, lose answers, and hold them back. */
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { writeKubeconfig } from '../../tools/platform/kubeconfig.ts';
import { pkiFiles } from '../../tools/platform/pki.ts';
import { type Platform, portOf } from '../../tools/platform/platform.ts';

/** What becomes of one request. */
export type Treatment =
  | { readonly pass: true }
  /** Answered by the proxy; the API server never sees it. */
  | { readonly refuse: number; readonly headers?: Readonly<Record<string, string>> }
  /** The API server does it, and the caller is told this instead; `drop` resets the connection. */
  | { readonly afterwards: number | 'drop' | 'hold' };

export interface KubernetesProxy {
  /** For a client of the proxy. */
  readonly kubeconfig: string;
  /** Decides on each request; passes all until it is set. */
  treat: (request: { readonly method: string; readonly path: string }) => Treatment;
  close(): Promise<void>;
}

export async function startKubernetesProxy(platform: Platform): Promise<KubernetesProxy> {
  const pki = pkiFiles(platform.layout.pki);
  const files = (name: 'server' | 'admin') => ({
    cert: readFileSync(pki.certificate(name)),
    key: readFileSync(pki.key(name)),
  });
  const upstream = {
    ...files('admin'),
    ca: readFileSync(pki.authority),
    port: portOf(platform, 'kube-apiserver'),
  };
  const server = createServer(files('server'), (request, response) => {
    const treatment = proxy.treat({ method: request.method ?? '', path: request.url ?? '' });
    answer(upstream, treatment, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(platform.layout.directory, `proxy-${port}.kubeconfig`);
  writeKubeconfig(kubeconfig, { pki: platform.layout.pki, port, user: 'admin' });
  const proxy: KubernetesProxy = {
    kubeconfig,
    treat: () => ({ pass: true }),
    async close() {
      rmSync(kubeconfig);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

async function answer(
  upstream: { cert: Buffer; key: Buffer; ca: Buffer; port: number },
  treatment: Treatment,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  if ('refuse' in treatment) return refuse(response, treatment.refuse, treatment.headers);
  const headers = { ...request.headers, host: `127.0.0.1:${upstream.port}` };
  const forwarded = httpsRequest({
    ...{ ...upstream, host: '127.0.0.1', headers, agent: false },
    ...{ method: request.method, path: request.url },
  });
  forwarded.end(body);
  const [answered] = (await once(forwarded, 'response')) as [IncomingMessage];
  const content = await buffer(answered);
  if ('pass' in treatment) {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    response.end(content);
  } else if (treatment.afterwards === 'drop') response.destroy();
  else if (treatment.afterwards !== 'hold') refuse(response, treatment.afterwards);
}

/** In the words of the API machinery. */
function refuse(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  const reason = status === 429 ? 'TooManyRequests' : 'InternalError';
  response.end(
    JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      message: 'injected',
      reason,
      code: status,
    }),
  );
}
