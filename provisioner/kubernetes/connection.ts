/** The line to one cluster's API server: keep-alive HTTPS, JSON, credentials of a kubeconfig; shared by all runs. */
import http from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { apiErrorOf } from './api-error.ts';
import type { ClusterRequest, SendRequest } from './cluster-request.ts';
import { createDiscovery, type FindResource } from './discovery.ts';
import { retryDelay } from './retry-delay.ts';
import { send } from './send.ts';

export interface ClusterConnection {
  /**
   * @throws ApiError when the server refuses, ConnectionError when it can't be reached, both after bounded
   * retries where a retry does no harm
   */
  readonly request: SendRequest;
  /** What the server serves under an apiVersion and kind, by its discovery (kept for this connection). */
  readonly findResource: FindResource;
  /** Ends open exchanges; later requests fail. */
  close(): void;
}

const SOCKETS = 32;
const IDLE_TIMEOUT_MS = 30_000;

/** @throws Error when the kubeconfig can't be read or names no cluster */
export function connectToCluster(kubeconfigPath: string): ClusterConnection {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigPath);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) {
    throw new Error(`kubeconfig ${kubeconfigPath} has no current cluster: set current-context in it`);
  }
  const closing = new AbortController();
  const authorize = authorizer(config, server, closing.signal);
  const request: SendRequest = (call) =>
    sendWithRetries({ server, authorize, closing: closing.signal }, call);
  return {
    request,
    findResource: createDiscovery(request),
    close: () => closing.abort(new Error('the connection to the cluster was closed')),
  };
}

type Authorize = () => Promise<https.RequestOptions>;

/** Credentials are asked for at each call, since an exec plugin's token expires; the agent is made once. */
function authorizer(config: KubeConfig, server: string, closing: AbortSignal): Authorize {
  let kept: http.Agent | undefined;
  return async () => {
    const options: https.RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const { auth, headers, agent: _notKeptAlive, ...tls } = options;
    kept ??= keepAliveAgent(server, tls as https.AgentOptions, closing);
    const credentials = {
      ...(auth === undefined ? {} : { auth }),
      ...(headers === undefined ? {} : { headers }),
    };
    return { agent: kept, ...credentials };
  };
}

function keepAliveAgent(server: string, tls: https.AgentOptions, closing: AbortSignal): http.Agent {
  const options = { keepAlive: true, maxSockets: SOCKETS, timeout: IDLE_TIMEOUT_MS };
  const agent = server.startsWith('http:')
    ? new http.Agent(options)
    : new https.Agent({ ...tls, ...options });
  closing.addEventListener('abort', () => agent.destroy(), { once: true });
  return agent;
}

interface Line {
  readonly server: string;
  readonly authorize: Authorize;
  readonly closing: AbortSignal;
}

async function sendWithRetries(line: Line, call: ClusterRequest): Promise<unknown> {
  const signal = call.signal === undefined ? line.closing : AbortSignal.any([call.signal, line.closing]);
  for (let attempt = 1; ; attempt += 1) {
    call.beforeAttempt?.();
    try {
      return await sendOnce(line, call, signal);
    } catch (error) {
      const wait = retryDelay(error, call.method, attempt);
      if (wait === undefined) throw error;
      await delay(wait, undefined, { signal });
    }
  }
}

async function sendOnce(line: Line, call: ClusterRequest, signal: AbortSignal): Promise<unknown> {
  const url = new URL(line.server.replace(/\/$/, '') + call.path);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  const authorized = await line.authorize();
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const content =
    body === undefined
      ? {}
      : { 'content-type': call.contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) };
  const headers = { accept: 'application/json', ...content, ...authorized.headers };
  const options = { ...authorized, method: call.method, headers };
  const answer = await send({ url, options, body, idleTimeoutMs: IDLE_TIMEOUT_MS }, signal);
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw apiErrorOf({ ...answer, path: call.path });
}
