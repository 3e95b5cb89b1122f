import { expect } from 'chai';
import { backoffMs, MAX_ATTEMPTS } from './backoff.ts';

describe('backoff', () => {
  it('doubles from half a second to a second, up to a minute', () => {
    expect([1, 2, 3, 6, 7, 30].map((attempt) => backoffMs(attempt, 0))).to.deep.equal([
      ...[500, 1_000, 2_000, 16_000, 30_000, 30_000],
    ]);
    expect(backoffMs(7, 0.999_999)).to.equal(60_000);
  });

  it('outlasts an outage of a quarter of an hour, whatever the dice say', () => {
    const shortest = Array.from({ length: MAX_ATTEMPTS }, (_, n) => backoffMs(n + 1, 0));
    expect(shortest.reduce((sum, delay) => sum + delay, 0)).to.be.above(15 * 60_000);
  });
});
