import { expect } from 'chai';
import fc from 'fast-check';
import { differences } from './difference.ts';
import type { JsonObject } from './json.ts';

describe('differences', () => {
  it('names what was added, deleted and updated, at the deepest path', () => {
    const before = { a: 1, b: { c: 'x', d: [1, { e: true }], gone: null } };
    const after = { a: 2, b: { c: 'x', d: [1, { e: false }, 3] }, new: {} };
    expect(differences(before, after)).to.deep.equal([
      { path: 'a', kind: 'update' },
      { path: 'b.d[1].e', kind: 'update' },
      { path: 'b.d[2]', kind: 'add' },
      { path: 'b.gone', kind: 'delete' },
      { path: 'new', kind: 'add' },
    ]);
  });

  it('quotes keys that would read as a path', () => {
    const paths = differences({}, { 'a.b': 1, c: { 'd"e': 1, 'f[0]': 1 } }).map(({ path }) => path);
    expect(paths).to.deep.equal(['["a.b"]', 'c']);
    const nested = differences({ c: {} }, { c: { 'd"e': 1, 'f[0]': 1 } }).map(({ path }) => path);
    expect(nested).to.deep.equal(['c["d\\"e"]', 'c["f[0]"]']);
  });

  it('takes a change of kind for an update of the whole', () => {
    expect(differences({ a: [1] }, { a: { 0: 1 } })).to.deep.equal([{ path: 'a', kind: 'update' }]);
    expect(differences({ a: null }, { a: {} })).to.deep.equal([{ path: 'a', kind: 'update' }]);
  });

  it('is empty exactly for equal objects', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(object, object, (one, other) => {
        const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(differences(one as JsonObject, structuredClone(one) as JsonObject)).to.deep.equal([]);
        expect(differences(one as JsonObject, other as JsonObject).length === 0).to.equal(same);
      }),
    );
  });
});

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return Array.isArray(value) ? value.map(sorted) : value;
  }
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, sorted(item)]);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}
