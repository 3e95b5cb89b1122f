import { expect } from 'chai';
import { signupBodySchema } from '../../tenancy/signup.ts';
import { startApi, type TestApi } from '../../test/support/api.ts';
import { postSignup, send, signupBody } from '../../test/support/api-request.ts';
import { acceptSignup } from '../intake/accept-signup.ts';

const SLUG_OF_ROW_1 = [
  'a"; DROP TABLE tenants; --',
  'a\u0000b',
  'ac\nme',
  'a'.repeat(64),
  'а\u0441me',
  'Acme',
  'acme.',
];
const RESERVED = ['kube-system', 'default', 'pg_x', 'public', 'admin', 'www', 'api'];

describe('POST /v1/tenants', () => {
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.stop());

  const countTenants = async () => (await api.database.pool.query('SELECT FROM tenants')).rowCount;

  it('answers 202 with the address of the new tenant', async () => {
    const answer = await postSignup(api, signupBody({ slug: 'accepted' }));
    expect(answer.status).to.equal(202);
    expect(answer.body).to.deep.equal({ tenantId: answer.body.tenantId, state: 'requested' });
    expect(answer.headers.get('Location')).to.equal(`/v1/tenants/${answer.body.tenantId}`);
    const shown = await send(api, `/v1/tenants/${answer.body.tenantId}`);
    expect(shown.body).to.include({
      slug: 'accepted',
      company: 'Acme Ltd',
      plan: 'team',
      state: 'requested',
    });
    expect(shown.body).not.to.have.property('email');
  });

  it('notes the caller without its token, and the request id of the answer', async () => {
    const answer = await postSignup(api, signupBody({ slug: 'audited' }));
    const { rows } = await api.database.pool.query(
      'SELECT actor, request_id FROM audit WHERE tenant_id = $1',
      [answer.body.tenantId],
    );
    expect(rows).to.have.length(1);
    expect(rows[0].actor).to.match(/^api:[0-9a-f]{12}$/);
    expect(rows[0].request_id).to.equal(answer.headers.get('Request-Id'));
  });

  it('makes one tenant of ten requests with one key and one body', async () => {
    const post = () => postSignup(api, signupBody({ slug: 'repeated' }), { 'Idempotency-Key': 'repeated-1' });
    const answers = await Promise.all(Array.from({ length: 10 }, post));
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.text}`)).size).to.equal(1);
    expect(answers[0]?.status).to.equal(202);
  });

  it('refuses a key that was used with another body with 422', async () => {
    const headers = { 'Idempotency-Key': 'reused-1' };
    await postSignup(api, signupBody({ slug: 'reused-first' }), headers);
    const answer = await postSignup(api, signupBody({ slug: 'reused-second' }), headers);
    expect(answer.status).to.equal(422);
    expect(answer.body.type).to.equal('urn:landlord:problem:key-reused');
  });

  it("does not mix its keys with another caller's", async () => {
    const key = 'shared-1';
    const body = signupBodySchema.parse(signupBody({ slug: 'from-the-queue' }));
    const queued = { caller: 'queue', idempotencyKey: key, body, requestId: 'job-1' };
    const { tenantId } = await acceptSignup(api.database.pool, queued);
    const answer = await postSignup(api, signupBody({ slug: 'from-the-api' }), { 'Idempotency-Key': key });
    expect(answer.status).to.equal(202);
    expect(answer.body.tenantId).not.to.equal(tenantId);
  });

  it('accepts one of fifty signups for one slug at once and answers 409 to the rest', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => postSignup(api, signupBody({ slug: 'wanted' }))),
    );
    const statuses = answers.map((answer) => answer.status).sort();
    expect(statuses).to.deep.equal([202, ...Array(49).fill(409)]);
    const refused = answers.find((answer) => answer.status === 409);
    expect(refused?.body).to.include({ type: 'urn:landlord:problem:conflict', status: 409 });
    expect(refused?.body.detail).to.contain('wanted');
  });

  for (const slug of [...SLUG_OF_ROW_1, ...RESERVED]) {
    it(`refuses the slug ${JSON.stringify(slug)} and makes nothing`, async () => {
      const before = await countTenants();
      const answer = await postSignup(api, signupBody({ slug }));
      expect(answer.status).to.equal(400);
      expect(answer.body.errors).to.have.length(1);
      expect(answer.body).to.have.nested.property('errors[0].field', 'slug');
      if (RESERVED.includes(slug))
        expect(answer.body).to.have.nested.property('errors[0].rule').contains('reserved');
      expect(await countTenants()).to.equal(before);
    });
  }

  it('names every wrong field at once, the header too', async () => {
    const body = { slug: ['acme'], company: '\u001b[2J', email: 'nobody', plan: 'gold', role: 'superuser' };
    const answer = await postSignup(api, body, { 'Idempotency-Key': null });
    expect(answer.status).to.equal(400);
    expect(answer.headers.get('Content-Type')).to.match(/^application\/problem\+json/);
    const fields = (answer.body.errors as { field: string }[]).map(({ field }) => field);
    expect(fields).to.deep.equal(['Idempotency-Key', 'slug', 'company', 'email', 'plan', 'role']);
  });

  for (const smuggled of ['role', 'tenantId', 'id', 'state', 'overrides', 'constructor', 'Idempotency-Key']) {
    it(`refuses the unknown field ${smuggled}`, async () => {
      const answer = await postSignup(api, signupBody({ slug: 'smuggler', [smuggled]: 'x' }));
      expect(answer.status).to.equal(400);
      expect(answer.body.errors).to.deep.equal([{ field: smuggled, rule: 'is not a known field' }]);
    });
  }

  for (const key of ['', 'two words', 'x'.repeat(256), 'schlüssel']) {
    it(`refuses the idempotency key ${JSON.stringify(key.slice(0, 12))} of ${key.length} characters`, async () => {
      const answer = await postSignup(api, signupBody({ slug: 'keyless' }), { 'Idempotency-Key': key });
      expect(answer.status).to.equal(400);
      expect(answer.body).to.have.nested.property('errors[0].field', 'Idempotency-Key');
    });
  }

  it('ignores headers that claim another tenant or host', async () => {
    const forged = {
      'X-Tenant-Id': 't_00000000000000000000',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-For': '203.0.113.9',
      'X-Forwarded-Proto': 'https',
      'X-Http-Method-Override': 'DELETE',
      'Request-Id': 'forged',
    };
    const answer = await postSignup(api, signupBody({ slug: 'forged' }), forged);
    expect(answer.status).to.equal(202);
    expect(answer.headers.get('Location')).to.equal(`/v1/tenants/${answer.body.tenantId}`);
    expect(answer.headers.get('Request-Id')).not.to.equal('forged');
    expect(answer.body.tenantId).not.to.equal(forged['X-Tenant-Id']);
  });
});
