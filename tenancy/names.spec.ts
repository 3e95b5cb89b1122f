import { expect } from 'chai';
import fc from 'fast-check';
import { cpuMilliseconds } from '../test/support/cpu-time.ts';
import { newTenantId } from './ids.ts';
import { slugProblem, slugSchema, tenantNames } from './names.ts';

describe('slugs', () => {
  for (const slug of ['acme', 'a1b', 'north-wind-2', 'a'.repeat(40)]) {
    it(`accepts ${slug}`, () => expect(slugProblem(slug)).to.equal(undefined));
  }

  const refused: Record<string, string[]> = {
    reserved: ['kube-system', 'default', 'pg_x', 'public', 'admin', 'www', 'api', 'xn--acme', 'landlord-x'],
    'must have': ['', 'ab', 'a'.repeat(41), 'a'.repeat(64)],
    'must start': ['1acme', '-acme', 'Acme', 'аcme' /* Cyrillic а */],
    'may hold only': ['a"; DROP', 'acme\u0000', 'acme\n', 'acMe', 'acme.', 'acmé', 'acme_x', 'ac me'],
    'must not end': ['acme-', 'ac--me'],
  };
  for (const [rule, slugs] of Object.entries(refused)) {
    for (const slug of slugs) {
      it(`refuses ${JSON.stringify(slug)}: ${rule}`, () => expect(slugProblem(slug)).to.include(rule));
    }
  }

  it('accepts only DNS labels, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (text) => {
        if (slugSchema.safeParse(text).success) expect(text).to.match(/^[a-z](?:-?[a-z0-9])*$/);
      }),
    );
  });

  it('answers in time on the worst input', () => {
    const before = process.cpuUsage();
    slugProblem('a-'.repeat(100_000));
    expect(cpuMilliseconds(before)).to.be.below(100);
  });
});

describe('tenant names', () => {
  it('derive from the id alone and fit PostgreSQL and Kubernetes', () => {
    const id = newTenantId();
    const names = tenantNames(id);
    expect(names).to.deep.equal({
      namespace: `t-${id.slice(2)}`,
      schema: id,
      role: id,
      stack: `t-${id.slice(2)}`,
    });
    for (const name of Object.values(names)) expect(name.length).to.be.below(64);
  });
});
