import { expect } from 'chai';
import { API_TOKEN, startApi, type TestApi } from '../../test/support/api.ts';
import { send } from '../../test/support/api-request.ts';

const ADDRESSES = [
  '/v1/tenants',
  '/v1/tenants/t_00000000000000000000',
  '/v1/operations/x',
  '/v1/none',
  '/V1/tenants',
];

describe('the API token', () => {
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.stop());

  for (const address of ADDRESSES) {
    it(`is asked for at ${address}`, async () => {
      const answer = await send(api, address, { headers: { Authorization: null } });
      expect(answer.status).to.equal(401);
      expect(answer.headers.get('WWW-Authenticate')).to.equal('Bearer realm="landlord"');
    });
  }

  it('is asked for before a body is read', async () => {
    const answer = await send(api, '/v1/tenants', {
      method: 'POST',
      headers: { Authorization: null },
      body: 'x'.repeat(100_000),
    });
    expect(answer.status).to.equal(401);
  });

  for (const [name, header] of [
    ['another token', `Bearer ${API_TOKEN.replace('0', '1')}`],
    ['a beginning of it', `Bearer ${API_TOKEN.slice(0, -1)}`],
    ['more than it', `Bearer ${API_TOKEN}x`],
    ['an empty one', 'Bearer '],
    ['another scheme', `Basic ${Buffer.from(`landlord:${API_TOKEN}`).toString('base64')}`],
    ['two of them', `Bearer ${API_TOKEN} ${API_TOKEN}`],
    ['a JWT without signature', 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.'],
  ] as const) {
    it(`is not ${name}`, async () => {
      const answer = await send(api, '/v1/tenants', { headers: { Authorization: header } });
      expect(answer.status).to.equal(401);
      expect(answer.headers.get('WWW-Authenticate')).to.match(/^Bearer realm="landlord"/);
      expect(answer.text).not.to.contain(API_TOKEN);
    });
  }

  it('may follow "bearer" in any case', async () => {
    const answer = await send(api, '/v1/tenants', { headers: { Authorization: `bearer ${API_TOKEN}` } });
    expect(answer.status).to.equal(200);
  });
});
