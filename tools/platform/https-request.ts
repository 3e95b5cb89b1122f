/** One HTTPS request to a server of the platform, as the administrator. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { pkiFiles } from './pki.ts';

export interface PlatformRequest {
  readonly pki: string;
  readonly port: number;
  readonly method?: string;
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
}

const TIMEOUT_MS = 5_000;

/** Status and body of the answer. Rejects when there is none within five seconds. */
export function httpsRequest(options: PlatformRequest): Promise<{ status: number; body: string }> {
  const files = pkiFiles(options.pki);
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const outgoing = request({
    host: '127.0.0.1',
    port: options.port,
    method: options.method ?? 'GET',
    path: options.path,
    ca: readFileSync(files.authority),
    cert: readFileSync(files.certificate('admin')),
    key: readFileSync(files.key('admin')),
    agent: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(options.contentType === undefined ? {} : { headers: { 'content-type': options.contentType } }),
  });
  outgoing.on('error', reject).on('response', (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, body }));
  });
  outgoing.end(options.body);
  return promise;
}
