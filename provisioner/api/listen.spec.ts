import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { API_TOKEN, startApi, type TestApi } from '../../test/support/api.ts';

describe('the HTTP server', () => {
  let api: TestApi;
  before(async () => {
    api = await startApi({ limits: { requestTimeoutMs: 300, headersTimeoutMs: 200 } });
  });
  after(() => api.stop());

  /** Sends raw bytes, leaves the connection open, and returns all that comes until the server closes it. */
  const exchange = (raw: string) => {
    const socket = connect({ host: '127.0.0.1', port: api.port });
    socket.write(raw);
    return text(socket);
  };
  const head = `POST /v1/tenants HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${API_TOKEN}\r\nContent-Type: application/json\r\n`;

  it('answers 408 to a body that does not come in time, and closes', async () => {
    const answer = await exchange(`${head}Content-Length: 100\r\n\r\n{"slug":`);
    expect(answer).to.match(/^HTTP\/1\.1 408 /);
    expect(answer).to.contain('application/problem+json').and.to.contain('Connection: close');
  });

  it('answers 408 to headers that do not come in time', async () => {
    expect(await exchange('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ')).to.match(/^HTTP\/1\.1 408 /);
  });

  it('answers 400 to what is not HTTP, and to a body of two lengths', async () => {
    expect(await exchange('HELO landlord\r\n\r\n')).to.match(/^HTTP\/1\.1 400 /);
    const smuggled = `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    expect(await exchange(smuggled)).to.match(/^HTTP\/1\.1 400 /);
  });

  it('answers 431 to headers beyond all measure', async () => {
    const answer = await exchange(
      `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(40_000)}\r\n\r\n`,
    );
    expect(answer).to.match(/^HTTP\/1\.1 431 /);
  });

  it('answers one request after another on a connection', async () => {
    const request = 'GET /healthz HTTP/1.1\r\nHost: x\r\n';
    const answer = await exchange(`${request}\r\n${request}Connection: close\r\n\r\n`);
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).to.have.length(2);
  });
});
