import { expect } from 'chai';
import { fromStruct, hasUnknown, plain, secret, toStruct } from './properties.ts';
import { hideSecrets, keepSecret } from './secrecy.ts';

const OUTPUT = { '4dabf18193072939515e22adb298388d': 'd0e6a833031e9bbcd3f4e8bde6ca49a4' };

describe('property bags', () => {
  it('travel as they are, without nulls', () => {
    const bag = { a: { b: [1, null, 'x', secret({ c: true })] }, gone: null };
    expect(fromStruct(toStruct(bag))).to.deep.equal({ a: { b: [1, null, 'x', secret({ c: true })] } });
    expect(fromStruct(undefined)).to.deep.equal({});
  });

  it('lose their wrappers at every depth on the way to the API server', () => {
    expect(plain({ a: secret({ b: secret('x') }), c: [secret(1)] })).to.deep.equal({ a: { b: 'x' }, c: [1] });
  });

  it('turn output values into what they hold', () => {
    const bag = fromStruct(
      toStruct({
        known: { ...OUTPUT, value: 'x', dependencies: ['urn'] },
        hidden: { ...OUTPUT, value: 'y', secret: true },
        unknown: { ...OUTPUT },
      }),
    );
    expect(bag).to.deep.include({ known: 'x', hidden: secret('y') });
    expect(hasUnknown(bag.unknown ?? null)).to.equal(true);
    expect(hasUnknown({ a: ['x'] })).to.equal(false);
  });
});

describe('keepSecret', () => {
  it('makes secret what was secret going in, no more and no less', () => {
    const out = { data: { open: 'a', hidden: 'b', more: 'c' }, other: 'd' };
    const given = { data: { open: 'a', hidden: secret('b'), gone: secret('x') } };
    expect(keepSecret(out, given)).to.deep.equal({
      data: { open: 'a', hidden: secret('b'), more: 'c' },
      other: 'd',
    });
  });

  it('makes a whole array secret for one secret in it, and a whole object for a secret object', () => {
    const out = { list: ['b', 'a'], object: { x: 'a', more: 1 } };
    const given = { list: ['a', secret('b')], object: secret({ x: 'a' }) };
    expect(keepSecret(out, given)).to.deep.equal({
      list: secret(['b', 'a']),
      object: secret({ x: 'a', more: 1 }),
    });
  });
});

describe('hideSecrets', () => {
  const bag = { open: 'visible', a: secret({ b: ['hunter2"x', 'hunter2"xyz', 12345] }), short: secret('ab') };

  it('replaces each secret, longest first, also as JSON writes it', () => {
    expect(hideSecrets('got hunter2"xyz, hunter2"x, "hunter2\\"x", 12345', bag)).to.equal(
      'got [secret], [secret], "[secret]", [secret]',
    );
  });

  it('leaves everything else readable', () => {
    expect(hideSecrets('visible about', bag)).to.equal('visible about');
  });
});
