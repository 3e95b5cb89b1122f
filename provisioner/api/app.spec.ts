import { expect } from 'chai';
import { API_TOKEN, startApi, type TestApi } from '../../test/support/api.ts';
import { postSignup, send, signupBody } from '../../test/support/api-request.ts';

describe('every answer of the API', () => {
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.stop());

  it('has a request id of its own, may not be cached, and does not name the software', async () => {
    const answers = [await send(api, '/healthz'), await send(api, '/v1/tenants'), await send(api, '/none')];
    for (const { headers } of answers) {
      expect(headers.get('Request-Id')).to.match(/^[0-9a-f-]{36}$/);
      expect(headers.get('Cache-Control')).to.equal('no-store');
      expect(headers.get('X-Powered-By')).to.equal(null);
    }
    expect(new Set(answers.map(({ headers }) => headers.get('Request-Id'))).size).to.equal(answers.length);
  });

  for (const [path, method, allow] of [
    ['/v1/tenants', 'DELETE', 'GET, HEAD, POST'],
    ['/v1/tenants/t_00000000000000000000', 'PUT', 'GET, HEAD, PATCH, DELETE'],
    ['/v1/tenants/t_00000000000000000000/suspend', 'GET', 'POST'],
    ['/v1/tenants/t_00000000000000000000/overrides', 'DELETE', 'PUT'],
    ['/v1/tenants/t_00000000000000000000/legal-hold', 'POST', 'PUT, DELETE'],
    ['/v1/queues', 'POST', 'GET, HEAD'],
    ['/v1/queues/signups/dead-letters/1/drop', 'DELETE', 'POST'],
    ['/v1/tenants/t_00000000000000000000/operations', 'POST', 'GET, HEAD'],
    ['/v1/operations/op_00000000000000000000', 'PUT', 'GET, HEAD'],
    ['/v1/tenants', 'OPTIONS', 'GET, HEAD, POST'],
    ['/healthz', 'POST', 'GET, HEAD'],
    ['/readyz', 'DELETE', 'GET, HEAD'],
  ] as const) {
    it(`to ${method} ${path} is 405 with Allow: ${allow}`, async () => {
      const answer = await send(api, path, { method });
      expect(answer.status).to.equal(405);
      expect(answer.headers.get('Allow')).to.equal(allow);
      expect(answer.body).to.include({ status: 405, title: 'Method Not Allowed' });
    });
  }

  it('to HEAD has no body', async () => {
    const answer = await send(api, '/v1/tenants', { method: 'HEAD' });
    expect(answer.status).to.equal(200);
    expect(answer.text).to.equal('');
  });

  it('to an address that is not there is a 404 problem, without a token outside /v1', async () => {
    const answer = await send(api, '/metrics', { headers: { Authorization: null } });
    expect(answer.status).to.equal(404);
    expect(answer.headers.get('Content-Type')).to.match(/^application\/problem\+json/);
  });

  it('leaves one log line, free of token, addresses, headers and bodies', async () => {
    const canary = 'canary-4711';
    const known = api.logged().length;
    await send(api, `/v1/tenants/${canary}%0d%0aforged`, { headers: { 'User-Agent': canary } });
    await send(api, `/v1/tenants?slug=${canary}`);
    const created = await postSignup(api, signupBody({ slug: canary, email: `${canary}@example.com` }));
    const conflict = await postSignup(api, signupBody({ slug: canary, company: '\u202e$' + '{7*7}' }));
    expect([created.status, conflict.status]).to.deep.equal([202, 400]);
    const text = api.logged().slice(known);
    expect(text).not.to.contain(canary).and.not.to.contain(API_TOKEN);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ method, route, status }) => `${method} ${route} ${status}`)).to.deep.equal([
      'GET /v1/tenants/:id 404',
      'GET /v1/tenants 200',
      'POST /v1/tenants 202',
      'POST /v1/tenants 400',
    ]);
    expect(lines.at(-1)?.requestId).to.equal(conflict.headers.get('Request-Id'));
  });
});
