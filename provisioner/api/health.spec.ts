import { expect } from 'chai';
import { startApi, type TestApi } from '../../test/support/api.ts';
import { send } from '../../test/support/api-request.ts';

describe('health of the API', () => {
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.stop());

  for (const [path, status] of [
    ['/healthz', 'alive'],
    ['/readyz', 'ready'],
  ] as const) {
    it(`${path} answers without a token`, async () => {
      const answer = await send(api, path, { headers: { Authorization: null } });
      expect(answer.status).to.equal(200);
      expect(answer.body).to.deep.equal({ status });
    });
  }
});
