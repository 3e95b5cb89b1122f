import { expect } from 'chai';
import {
  fromCheckpoint,
  packState,
  saltOf,
  toCheckpoint,
  UnreadableStateError,
  unpackState,
} from './stack-state.ts';

const resource = { urn: 'urn:pulumi:s::p::t:t:T::n', custom: true };
const secrets_providers = { type: 'passphrase', state: { salt: 'v1:abc' } };
const state = {
  version: 3,
  deployment: { manifest: { time: 'now' }, secrets_providers, resources: [resource] },
};

describe('stack state', () => {
  it('comes back as it was packed', async () => {
    expect(await unpackState(await packState(state))).to.deep.equal(state);
    expect(fromCheckpoint(toCheckpoint('organization/p/s', state))).to.deep.equal(state);
  });

  it('keeps what a later version of Pulumi adds to it', () => {
    const richer = { ...state, features: ['f'], deployment: { ...state.deployment, metadata: { a: 1 } } };
    expect(fromCheckpoint(toCheckpoint('organization/p/s', richer))).to.deep.equal(richer);
  });

  it('refuses a damaged blob, and says what is wrong with it', async () => {
    const packed = await packState(state);
    for (const damaged of [
      Buffer.alloc(0),
      Buffer.from('no'),
      packed.subarray(0, -3),
      await packState({ ...state, version: 1.5 }),
    ]) {
      const failure = await unpackState(damaged).catch((error: Error) => error);
      expect(failure).to.be.instanceOf(UnreadableStateError);
      expect(failure).to.have.property('message').that.includes(`(${damaged.length} bytes) is damaged: `);
    }
  });

  it('forgets operations that a crash left open', () => {
    const crashed = {
      ...state,
      deployment: { ...state.deployment, pending_operations: [{ type: 'creating' }] },
    };
    expect(toCheckpoint('organization/p/s', crashed)).not.to.include('creating');
  });

  it('leaves out where in our files a resource was declared', () => {
    const declared = {
      ...resource,
      sourcePosition: 'project:///x.ts#1',
      stackTrace: [{ sourcePosition: 'y' }],
    };
    const latest = { ...state.deployment, resources: [declared] };
    const text = JSON.stringify({ version: 3, checkpoint: { stack: 'organization/p/s', latest } });
    expect(fromCheckpoint(text)).to.deep.equal(state);
  });

  it('finds the salt of a passphrase, and of nothing else', () => {
    expect(saltOf(state)).to.equal('v1:abc');
    const kms = { type: 'cloud', state: { url: 'awskms://x' } };
    expect(saltOf({ version: 3, deployment: { secrets_providers: kms } })).to.equal(undefined);
    expect(saltOf({ version: 3, deployment: {} })).to.equal(undefined);
  });
});
