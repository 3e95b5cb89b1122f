import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { secret } from '@pulumi/pulumi';
import { expect } from 'chai';
import { toolPath } from '../../test/support/cluster.ts';
import { openTestEngine, stateOf, type TestEngine } from '../../test/support/engine.ts';
import { openStack } from './open-stack.ts';
import type { Program } from './stack-run.ts';

const program: Program = async () => ({ token: secret('canary') });

describe('open stack', function () {
  this.timeout(60_000);
  let bench: TestEngine;
  let directory: string;
  let state: Buffer;
  before(async () => {
    bench = await openTestEngine();
    directory = join(bench.runsDirectory, 'opened by a person');
    state = stateOf(await bench.up({ stack: 't-open', program }));
  });
  after(() => bench.close());

  async function pulumi(...args: string[]): Promise<string> {
    const env = {
      PATH: toolPath(),
      HOME: bench.runsDirectory,
      PULUMI_CONFIG_PASSPHRASE: 'correct horse battery staple',
    };
    const all = [...args, '--stack', 't-open', '--non-interactive'];
    return (await promisify(execFile)('pulumi', all, { cwd: directory, env })).stdout;
  }

  it('lays out a directory in which the stock pulumi works, and takes its state back', async () => {
    const opened = await openStack({ directory, stack: 't-open', state });
    const exported = JSON.parse(await pulumi('stack', 'export', '--show-secrets'));
    expect(JSON.stringify(exported.deployment.resources)).to.include('canary');
    const resource = exported.deployment.resources[0].urn;
    await pulumi('state', 'delete', resource, '--yes');
    const emptied = await opened.packedState();
    const next = await bench.up({ stack: 't-open', program, state: emptied });
    expect(next).to.deep.include({ result: 'succeeded', changes: { create: 1 } });
  });

  it('refuses a directory that exists, and a damaged state before it makes one', async () => {
    const failure = await openStack({ directory: bench.runsDirectory, stack: 't-open', state }).catch(
      (error: Error) => error,
    );
    expect(failure).to.have.property('message').that.includes('EEXIST');
    const elsewhere = { directory: join(bench.runsDirectory, 'damaged'), stack: 't-open' };
    const damaged = await openStack({ ...elsewhere, state: Buffer.alloc(0) }).catch((error: Error) => error);
    expect(damaged).to.have.property('name', 'UnreadableStateError');
    await openStack({ ...elsewhere, state });
  });
});
