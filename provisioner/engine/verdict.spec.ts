import { expect } from 'chai';
import type { EngineEvent } from './engine-event.ts';
import { openVerdict } from './verdict.ts';

const urn = 'urn:pulumi:t-x::landlord-tenant::a:b:Parent$kubernetes:core/v1:ConfigMap::data::base';

function verdictOn(...events: EngineEvent[]) {
  const verdict = openVerdict();
  for (const event of events) verdict.record(event);
  return verdict;
}

const error = (message: string, about?: string): EngineEvent => ({
  kind: 'diagnostic',
  severity: 'error',
  message,
  ...(about && { urn: about }),
});

describe('verdict on a run', () => {
  it('takes success from the engine alone', () => {
    const summary = { kind: 'summary', changes: { create: 1 }, durationSeconds: 1 } as const;
    expect(verdictOn({ ...summary, result: 'succeeded' }).changes()).to.deep.equal({ create: 1 });
    expect(verdictOn({ ...summary, result: 'failed' }).changes()).to.equal(undefined);
    expect(verdictOn().changes()).to.equal(undefined);
  });

  it('reads type and name from the URN, and joins what was said of it', () => {
    const failed: EngineEvent = { kind: 'failed', operation: 'create', urn };
    const { failures } = verdictOn(
      error('first', urn),
      error('first', urn),
      error('second', urn),
      failed,
    ).failure('');
    const type = 'kubernetes:core/v1:ConfigMap';
    expect(failures).to.deep.equal([{ urn, type, name: 'data::base', message: 'first; second' }]);
  });

  it('does not pass a warning for a failure', () => {
    const warning: EngineEvent = { kind: 'diagnostic', severity: 'warning', urn, message: 'careful' };
    expect(verdictOn(warning).failure('nothing known')).to.deep.equal({
      result: 'failed',
      failures: [],
      message: 'nothing known',
    });
  });

  it("leaves out the engine's boilerplate and the stacks of thrown errors", () => {
    const thrown = error(
      'Unhandled exception: Error: no such plan     at Object.init (file:///x/program.ts:1:2)',
    );
    const { message } = verdictOn(error('update failed'), thrown).failure('');
    expect(message).to.equal('Error: no such plan');
  });
});
