import { expect } from 'chai';
import fc from 'fast-check';
import { newOperationId, newTenantId, operationIdSchema, tenantIdSchema } from './ids.ts';

describe('ids', () => {
  it('are well formed and unique', () => {
    const ids = Array.from({ length: 1_000 }, () => newTenantId());
    for (const id of ids) expect(tenantIdSchema.safeParse(id).success, id).to.equal(true);
    expect(new Set(ids)).to.have.length(1_000);
    expect(operationIdSchema.safeParse(newOperationId()).success).to.equal(true);
  });

  it('sort by the millisecond they were made in', () => {
    const instant = fc.date({
      min: new Date('2000-01-01'),
      max: new Date('2400-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, instant, (one, other) => {
        const [earlier, later] = one < other ? [one, other] : [other, one];
        if (earlier.getTime() === later.getTime()) return;
        expect(newTenantId(earlier) < newTenantId(later)).to.equal(true);
      }),
    );
  });

  it('refuse letters that base32 leaves out, other lengths and other prefixes', () => {
    const good = newTenantId();
    for (const bad of [
      `${good}0`,
      good.slice(0, -1),
      good.replace('t_', 'op_'),
      `t_${'u'.repeat(20)}`,
      `${good}\n`,
    ]) {
      expect(tenantIdSchema.safeParse(bad).success, JSON.stringify(bad)).to.equal(false);
    }
  });
});
