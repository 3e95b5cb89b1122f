import { secret } from '@pulumi/pulumi';
import { expect } from 'chai';
import { openTestEngine, stateOf } from '../../test/support/engine.ts';
import type { Program } from './stack-run.ts';

describe('engine, both ways', function () {
  this.timeout(60_000);

  it('leaves a state that the other way goes on with', async () => {
    const [direct, stock] = await Promise.all([openTestEngine(), openTestEngine({ mode: 'stock' })]);
    const program: Program = async () => ({ token: secret('canary') });
    const first = await direct.up({ stack: 't-both', program });
    const second = await stock.up({ stack: 't-both', program, state: stateOf(first) });
    const third = await direct.up({ stack: 't-both', program, state: stateOf(second) });
    expect(second).to.deep.include({ result: 'succeeded', changes: { same: 1 } });
    expect(third).to.deep.include({ result: 'succeeded', changes: { same: 1 } });
    await Promise.all([direct.close(), stock.close()]);
  });

  it('refuses a state of another passphrase, and says so', async () => {
    const [one, other] = await Promise.all([openTestEngine(), openTestEngine({ passphrase: 'another one' })]);
    const program: Program = async () => ({ token: secret('canary') });
    const state = stateOf(await one.up({ stack: 't-phrase', program }));
    expect(await other.up({ stack: 't-phrase', program, state }))
      .to.have.property('message')
      .that.includes('incorrect passphrase');
    await Promise.all([one.close(), other.close()]);
  });
});
