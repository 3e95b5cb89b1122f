import { expect } from 'chai';
import { canonicalJson } from './canonical-json.ts';

describe('canonical JSON', () => {
  it('sorts members as RFC 8785 does, names like array indexes too', () => {
    expect(canonicalJson({ b: 1, 10: [true, null], 2: { z: 'ä', y: '\n' } })).to.equal(
      '{"10":[true,null],"2":{"y":"\\n","z":"ä"},"b":1}',
    );
  });

  it('writes numbers as RFC 8785 does', () => {
    expect(canonicalJson([1e30, 4.5, 2e-3, 0.000000000000000000000000001])).to.equal(
      '[1e+30,4.5,0.002,1e-27]',
    );
  });

  it('keeps a member named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"__proto__": 1}'))).to.equal('{"__proto__":1}');
  });
});
