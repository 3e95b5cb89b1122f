import { expect } from 'chai';
import { effectiveLimits, PLANS } from './plans.ts';

describe('plans', () => {
  it('hold the price list, row by row', () => {
    const rows = Object.entries(PLANS).map(([name, plan]) => [
      name,
      ...Object.values(plan.limits),
      plan.ownLogin,
      plan.monthlyCents,
    ]);
    expect(rows).to.deep.equal([
      ['starter', 5, 1, 2, 5, 600, 10, 1, 10, false, 4_900],
      ['team', 20, 4, 8, 20, 3_000, 40, 10, 30, false, 19_900],
      ['business', 60, 12, 24, 100, 12_000, 120, 50, 60, true, 99_900],
      ['enterprise', 200, 48, 96, 500, 50_000, 500, 500, 300, true, null],
    ]);
  });

  it('let a contract override single limits', () => {
    expect(effectiveLimits('team', { pods: 25 })).to.deep.equal({ ...PLANS.team.limits, pods: 25 });
  });

  it('refuse an override that is no limit', () => {
    expect(() => effectiveLimits('team', { pods: 0 })).to.throw();
  });
});
