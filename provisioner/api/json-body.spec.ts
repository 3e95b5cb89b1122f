import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { startApi, type TestApi } from '../../test/support/api.ts';
import { postSignup, send, signupBody } from '../../test/support/api-request.ts';
import { cpuMilliseconds } from '../../test/support/cpu-time.ts';

const SIXTY_FOUR_KILOBYTES = 64 * 1024;
const MUST_BE_JSON = [{ field: '(body)', rule: 'must be JSON in UTF-8' }];

describe('JSON request bodies', () => {
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.stop());

  for (const [name, body] of [
    ['malformed', '{"slug": "acme"'],
    ['empty', ''],
    ['with NaN', '{"slug": NaN}'],
  ] as const) {
    it(`answers 400 to a body that is ${name}, without quoting it`, async () => {
      const answer = await postSignup(api, body);
      expect(answer.status).to.equal(400);
      expect(answer.body.errors).to.deep.equal(MUST_BE_JSON);
    });
  }

  it('answers 400 to bytes that are not UTF-8', async () => {
    const answer = await send(api, '/v1/tenants', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]),
    });
    expect(answer.status).to.equal(400);
    expect(answer.body.errors).to.deep.equal(MUST_BE_JSON);
  });

  for (const body of ['null', '[]', '"acme"', '7', '[{"slug":"acme"}]']) {
    it(`answers 400 to ${body} in place of an object`, async () => {
      const answer = await postSignup(api, body);
      expect(answer.status).to.equal(400);
      expect(answer.body).to.have.nested.property('errors[0].field', '(body)');
    });
  }

  for (const body of [
    '{"slug":"acme","__proto__":{"plan":"enterprise"}}',
    '{"slug":"acme","company":{"__proto__":null}}',
  ]) {
    it(`refuses __proto__ in ${body}`, async () => {
      const answer = await postSignup(api, body);
      expect(answer.status).to.equal(400);
      expect(answer.body).to.have.nested.property('errors[0].rule').contains('__proto__');
      expect({}).not.to.have.property('plan');
    });
  }

  it('refuses deep nesting at once', async () => {
    const depth = SIXTY_FOUR_KILOBYTES / 2 - 100;
    const before = process.cpuUsage();
    const answer = await postSignup(api, '['.repeat(depth) + ']'.repeat(depth));
    expect(answer.status).to.equal(400);
    expect(answer.body).to.have.nested.property('errors[0].rule').contains('nest');
    expect(cpuMilliseconds(before)).to.be.below(500);
  });

  it('takes a body of 64 kB and answers 413 to one byte more', async () => {
    const filled = (bytes: number) => {
      const body = JSON.stringify(signupBody({ company: '' }));
      return body.replace('"company":""', `"company":"${'x'.repeat(bytes - body.length)}"`);
    };
    expect((await postSignup(api, filled(SIXTY_FOUR_KILOBYTES))).status).to.equal(400);
    const tooLarge = await postSignup(api, filled(SIXTY_FOUR_KILOBYTES + 1));
    expect(tooLarge.status).to.equal(413);
    expect(tooLarge.body.detail).to.contain('64 kB');
  });

  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
    it(`answers 415 to the content type "${type}"`, async () => {
      const answer = await postSignup(api, signupBody(), { 'Content-Type': type });
      expect(answer.status).to.equal(415);
      expect(answer.headers.get('Accept')).to.equal('application/json');
    });
  }

  it('takes parameters and capitals in the content type', async () => {
    const type = 'Application/JSON; charset=utf-8';
    const answer = await postSignup(api, signupBody({ slug: 'parameters' }), { 'Content-Type': type });
    expect(answer.status).to.equal(202);
  });

  it('answers 415 to a compressed body rather than inflate it', async () => {
    const answer = await send(api, '/v1/tenants', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      body: new Uint8Array(gzipSync('x'.repeat(10_000_000))),
    });
    expect(answer.status).to.equal(415);
  });

  it('spends less than 100 ms of CPU time on the worst input of each pattern', async () => {
    for (const field of ['slug', 'company', 'email', 'plan']) {
      for (const worst of [
        'a-'.repeat(20_000),
        ' '.repeat(40_000),
        `${'a.'.repeat(120)}@`,
        `a@${'a-'.repeat(120)}`,
      ]) {
        const before = process.cpuUsage();
        const answer = await postSignup(api, signupBody({ [field]: worst }));
        expect(answer.status).to.equal(400);
        expect(cpuMilliseconds(before), `${field} ${worst.slice(0, 4)}`).to.be.below(100);
      }
    }
  });
});
