/** The HTTP server around the application: time limits on slow clients, and errors below Express. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Express } from 'express';
import { plain } from './problem.ts';

export interface ServerLimits {
  /** Time a client has for all of a request. */
  readonly requestTimeoutMs: number;
  /** Time a client has for the headers. */
  readonly headersTimeoutMs: number;
}

const LIMITS: ServerLimits = { requestTimeoutMs: 10_000, headersTimeoutMs: 5_000 };

/** What Node's HTTP parser refuses before there is a request; all else is a 400. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** Serves the application on a port of 127.0.0.1 (0: any free one) and resolves when it listens. */
export async function listen(app: Express, port: number, limits = LIMITS): Promise<Server> {
  const server = createServer(
    {
      requestTimeout: limits.requestTimeoutMs,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: Math.min(1000, limits.headersTimeoutMs),
    },
    app,
  );
  server.on('clientError', refuseConnection);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await promise;
  server.off('error', reject);
  return server;
}

/** The port a listening server has. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS_BY_CODE[error.code ?? ''] ?? 400;
  const { problem } = plain(status, 'The request was not sent as HTTP asks, or not in time.');
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${status} ${problem.title}`,
    'Connection: close',
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
