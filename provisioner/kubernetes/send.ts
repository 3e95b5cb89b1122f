/** One HTTP exchange with the API server: no retry, no meaning. */
import http from 'node:http';
import https from 'node:https';

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Parsed JSON, or the text where it is none. */
  readonly body: unknown;
}

export interface Exchange {
  readonly url: URL;
  readonly options: https.RequestOptions;
  readonly body: string | undefined;
  /** Milliseconds without a byte after which the exchange is given up. */
  readonly idleTimeoutMs: number;
}

/** The server could not be reached, or the line broke before the answer was whole. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  /** Node's error code, for example `ECONNREFUSED` or `ECONNRESET`. */
  readonly code: string;
  constructor(url: URL, cause: NodeJS.ErrnoException) {
    super(`no answer from the Kubernetes API server at ${url.origin}: ${cause.message}`, { cause });
    this.code = cause.code ?? 'UNKNOWN';
  }
}

/** @throws ConnectionError when there is no whole answer; the signal's reason when it was aborted */
export function send(exchange: Exchange, signal?: AbortSignal): Promise<Answer> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(signal?.aborted ? signal.reason : new ConnectionError(exchange.url, cause));
    const client = exchange.url.protocol === 'http:' ? http : https;
    const request = client.request(exchange.url, { ...exchange.options, ...(signal ? { signal } : {}) });
    request.on('error', fail);
    request.setTimeout(exchange.idleTimeoutMs, () => {
      const message = `silent for ${exchange.idleTimeoutMs} ms`;
      request.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT' }));
    });
    request.on('response', (response) => readAnswer(response).then(resolve, fail));
    request.end(exchange.body);
  });
}

async function readAnswer(response: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    status: response.statusCode ?? 0,
    retryAfter: response.headers['retry-after'],
    body: parsed(text),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
