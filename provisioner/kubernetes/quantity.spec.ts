import { expect } from 'chai';
import { quantityValue } from './quantity.ts';

describe('quantityValue', () => {
  it('reads a quantity the same however it is written', () => {
    for (const [one, other] of [
      ['1', '1000m'],
      ['1000', '1k'],
      ['2Gi', '2048Mi'],
      ['1e3', '1k'],
      ['0.5', '500m'],
      ['1E', '1000P'],
    ] as const) {
      expect(quantityValue(one), `${one} = ${other}`).to.be.closeTo(quantityValue(other), 1e-9);
    }
    expect(quantityValue('2G')).to.not.equal(quantityValue('2Gi'));
  });

  it('is NaN for what is no quantity', () => {
    for (const text of ['', 'Gi', '1Q', 'one', '1 Gi']) expect(quantityValue(text), text).to.be.NaN;
  });
});
