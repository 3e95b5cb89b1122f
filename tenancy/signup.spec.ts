import { expect } from 'chai';
import { InvalidInputError } from './errors.ts';
import { parseInput } from './parse.ts';
import { signupBodySchema, signupJobSchema } from './signup.ts';

const good = {
  version: 1,
  slug: 'acme',
  company: 'Acme Ltd',
  email: 'ada@acme.example',
  plan: 'starter',
  idempotencyKey: 'order-1',
};

function problemsOf(input: unknown): readonly { field: string; rule: string }[] {
  try {
    parseInput(signupJobSchema, input);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems;
    throw error;
  }
  return [];
}

describe('signup', () => {
  it('accepts version 1', () => expect(problemsOf(good)).to.deep.equal([]));

  const wrong: [field: string, value: unknown, rule: RegExp][] = [
    ['version', 2, /must be 1/],
    ['version', undefined, /must be 1/],
    ['slug', 'kube-system', /reserved/],
    ['slug', ['acme'], /must be text/],
    ['slug', undefined, /is required/],
    ['company', 7, /must be text/],
    ['company', ' ', /must not be empty/],
    ['company', 'x'.repeat(201), /at most 200/],
    ['company', 'Acme\r\nlevel=admin', /control characters/],
    ['company', 'Acme\u001b[31m', /control characters/],
    ['email', 'nobody', /must be an e-mail address/],
    ['email', `${'x'.repeat(250)}@x.example`, /at most 254/],
    ['plan', 'gold', /starter/],
    ['plan', undefined, /starter/],
    ['idempotencyKey', '', /must not be empty/],
    ['idempotencyKey', 'with space', /printable ASCII/],
    ['idempotencyKey', 'x'.repeat(256), /at most 255/],
    ['tenantId', 't_x', /is not a known field/],
    ['role', 'admin', /is not a known field/],
  ];
  for (const [field, value, rule] of wrong) {
    it(`names ${field} when it is ${JSON.stringify(value)?.slice(0, 40)}`, () => {
      const problems = problemsOf({ ...good, [field]: value });
      expect(problems.map((problem) => problem.field)).to.include(field);
      expect(problems.find((problem) => problem.field === field)?.rule).to.match(rule);
    });
  }

  it('reports every problem at once', () => {
    const fields = problemsOf({ version: 1, slug: 'A', extra: true }).map((problem) => problem.field);
    expect(fields).to.have.members(['slug', 'company', 'email', 'plan', 'idempotencyKey', 'extra']);
  });

  for (const input of [null, undefined, 'text', 7, []]) {
    it(`refuses ${JSON.stringify(input)} as a whole`, () => {
      expect(problemsOf(input).map((problem) => problem.field)).to.deep.equal(['(body)']);
    });
  }

  it('refuses a prototype smuggled in', () => {
    const { version: _, idempotencyKey: __, ...body } = good;
    const smuggled = JSON.parse(`${JSON.stringify(body).slice(0, -1)},"__proto__":{"plan":"enterprise"}}`);
    expect(() => parseInput(signupBodySchema, smuggled)).to.throw(InvalidInputError, '__proto__');
  });
});
