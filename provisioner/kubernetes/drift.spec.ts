import { expect } from 'chai';
import fc from 'fast-check';
import { drift, driftedInputs } from './drift.ts';
import type { JsonObject } from './json.ts';

/** Inputs, what the server made of them, and what may stand there since. */
const wanted = {
  spec: { hard: { pods: '1000' }, peers: [{ ip: 'a' }], selector: {} },
  stringData: { a: '1' },
};
const recorded = {
  spec: { hard: { pods: '1k' }, peers: [{ ip: 'a', port: 1 }], selector: {} },
  metadata: { uid: 'u' },
  status: { used: '1' },
};
const live = (spec: JsonObject): JsonObject => ({ ...recorded, spec: { ...recorded.spec, ...spec } });

describe('drift', () => {
  it('is none where the object is as the server wrote it, however that differs from the inputs', () => {
    expect(drift(wanted, recorded, recorded)).to.deep.equal([]);
    expect(driftedInputs(wanted, recorded, recorded)).to.deep.equal(wanted);
  });

  it('is what was changed and what was taken away, at the deepest path', () => {
    const now = live({ hard: { pods: '2k' }, peers: [{ port: 1 }] });
    expect(drift(wanted, recorded, now)).to.deep.equal([
      { path: 'spec.hard.pods', kind: 'update', drifted: true },
      { path: 'spec.peers[0].ip', kind: 'add', drifted: true },
    ]);
    expect(driftedInputs(wanted, recorded, now)).to.deep.include({
      spec: { hard: { pods: '2k' }, peers: [{}], selector: {} },
    });
  });

  it('is not what others set beside our fields, nor what already is as wanted', () => {
    const now = live({ hard: { pods: '1000', secrets: '3' }, peers: [{ ip: 'a', port: 2 }] });
    expect(drift(wanted, recorded, now)).to.deep.equal([]);
  });

  it('takes a list of another length for a change of the whole', () => {
    const now = live({ peers: [] });
    expect(drift(wanted, recorded, now)).to.deep.equal([
      { path: 'spec.peers', kind: 'update', drifted: true },
    ]);
    expect(driftedInputs(wanted, recorded, now))
      .to.have.nested.property('spec.peers')
      .that.deep.equals([]);
  });

  it('compares with the inputs where the state says nothing', () => {
    expect(drift({ a: '1', b: '2' }, {}, { a: '1', b: '3' })).to.deep.equal([
      { path: 'b', kind: 'update', drifted: true },
    ]);
  });

  it('is none exactly when the inputs found in the live object are those that were given', () => {
    const object = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 2 }), {
      maxKeys: 3,
    });
    fc.assert(
      fc.property(object, object, object, (given, written, now) => {
        const [inputs, before, after] = [given, written, now] as JsonObject[] as [
          JsonObject,
          JsonObject,
          JsonObject,
        ];
        const found = JSON.stringify(driftedInputs(inputs, before, after));
        if (found === JSON.stringify(inputs)) return;
        expect(drift(inputs, before, after)).not.to.deep.equal([]);
      }),
    );
  });
});
