import { expect } from 'chai';
import { operationViewSchema, tenantViewSchema } from '../../tenancy/tenant-view.ts';
import { startApi, type TestApi } from '../../test/support/api.ts';
import { postSignup, send, signupBody } from '../../test/support/api-request.ts';

const NOT_THERE = [
  't_00000000000000000000',
  'op_00000000000000000000',
  '1',
  "x'--",
  'a%00b',
  '%',
  '%2e%2e%2fhealthz',
];

describe('GET of one tenant, its operations, one operation', () => {
  let api: TestApi;
  let tenantId: string;
  before(async () => {
    api = await startApi();
    tenantId = String((await postSignup(api, signupBody())).body.tenantId);
  });
  after(() => api.stop());

  it('shows the tenant with the names that derive from its id', async () => {
    const answer = await send(api, `/v1/tenants/${tenantId}`);
    expect(answer.status).to.equal(200);
    const tenant = tenantViewSchema.parse(answer.body);
    expect(tenant).to.include({
      id: tenantId,
      schema: tenantId,
      role: tenantId,
      reason: null,
      readyAt: null,
    });
  });

  it('shows its operations, and each by its own id', async () => {
    const answer = await send(api, `/v1/tenants/${tenantId}/operations`);
    expect(answer.status).to.equal(200);
    const [operation, ...others] = operationViewSchema.array().parse(answer.body.items);
    expect(others).to.deep.equal([]);
    expect(operation).to.include({ tenantId, kind: 'provision', state: 'pending' });
    const shown = await send(api, `/v1/operations/${operation?.id}`);
    expect(shown.body).to.deep.equal(operation);
  });

  it('answers one and the same 404 to ids that are unknown, malformed or of another kind', async () => {
    const addresses = NOT_THERE.flatMap((id) => [
      `/v1/tenants/${id}`,
      `/v1/tenants/${id}/operations`,
      `/v1/operations/${id}`,
    ]);
    addresses.push(
      `/v1/operations/${tenantId}`,
      `/v1/tenants/${tenantId}/none`,
      `/v1/tenants/${tenantId.toUpperCase()}`,
    );
    const answers = await Promise.all(addresses.map((address) => send(api, address)));
    const distinct = new Set(answers.map((answer) => `${answer.status} ${answer.text}`));
    expect([...distinct]).to.have.length(1);
    expect(answers[0]?.status).to.equal(404);
  });
});
