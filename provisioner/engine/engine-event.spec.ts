import { expect } from 'chai';
import { parseEngineEvent } from './engine-event.ts';

const urn = 'urn:pulumi:s::p::t:t:T::n';

describe('engine event', () => {
  it('drops the inputs and outputs of a step', () => {
    const metadata = { op: 'create', urn, new: { inputs: { password: 'canary' } } };
    expect(parseEngineEvent({ sequence: 1, timestamp: 2, resourcePreEvent: { metadata } })).to.deep.equal({
      kind: 'started',
      operation: 'create',
      urn,
    });
    expect(parseEngineEvent({ resOutputsEvent: { metadata } })).to.include({ kind: 'finished' });
    expect(parseEngineEvent({ resOpFailedEvent: { metadata, status: 2 } })).to.include({ kind: 'failed' });
  });

  it('makes messages fit for a terminal', () => {
    const message = '\u001b[31mforged\u001b[0m\r\n{"level":"info"}\u202e';
    const parsed = parseEngineEvent({ diagnosticEvent: { severity: 'error', message, urn: '' } });
    expect(parsed).to.deep.equal({
      kind: 'diagnostic',
      severity: 'error',
      message: 'forged {"level":"info"}',
    });
  });

  it('drops debug messages and events it has no use for', () => {
    const diagnosticEvent = { severity: 'debug', message: 'inputs: canary' };
    expect(parseEngineEvent({ diagnosticEvent })).to.equal(undefined);
    expect(parseEngineEvent({ preludeEvent: { config: {} } })).to.equal(undefined);
  });

  it('throws when a known event has an unknown shape', () => {
    expect(() => parseEngineEvent({ summaryEvent: { result: 7 } })).to.throw(/unknown shape.*result/s);
  });
});
