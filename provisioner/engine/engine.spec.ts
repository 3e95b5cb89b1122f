import { readdir } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { secret } from '@pulumi/pulumi';
import { expect } from 'chai';
import { openTestEngine, processesIn, stateOf, type TestEngine } from '../../test/support/engine.ts';
import { eventually } from '../../test/support/eventually.ts';
import { type MemoryProvider, serveMemoryProvider, Thing } from '../../test/support/memory-provider.ts';
import type { EngineEvent } from './engine-event.ts';
import type { Program } from './stack-run.ts';

/** A program of some things, each by its name and inputs. */
const things =
  (all: Record<string, Record<string, unknown>>): Program =>
  async () => {
    for (const [name, inputs] of Object.entries(all)) new Thing(name, inputs);
    return {};
  };

for (const mode of ['direct', 'stock'] as const) {
  describe(`engine, ${mode}`, function () {
    this.timeout(60_000);
    let provider: MemoryProvider;
    let bench: TestEngine;
    const destroy = (run: Parameters<TestEngine['destroy']>[0]) =>
      bench.destroy({ providerPort: provider.port, ...run });
    const up = (run: Parameters<TestEngine['up']>[0]) => bench.up({ providerPort: provider.port, ...run });

    before(async () => {
      provider = await serveMemoryProvider();
      bench = await openTestEngine({ mode });
    });
    afterEach(async () => {
      expect(await readdir(bench.runsDirectory), 'run directories left').to.deep.equal([]);
    });
    after(async () => {
      provider.close();
      await bench.close();
    });

    it('creates, finds nothing to do, updates and deletes, from one state to the next', async () => {
      const stack = 't-life';
      const first = await up({ stack, program: things({ a: { size: 1 }, b: {} }) });
      expect(first).to.deep.include({ result: 'succeeded', changes: { create: 3 } });
      const same = await up({ stack, program: things({ a: { size: 1 }, b: {} }), state: stateOf(first) });
      expect(same).to.deep.include({ result: 'succeeded', changes: { same: 3 } });
      const changed = await up({ stack, program: things({ a: { size: 2 } }), state: stateOf(same) });
      expect(changed).to.deep.include({ result: 'succeeded', changes: { same: 1, update: 1, delete: 1 } });
    });

    it('destroys all that the state knows, without the program', async () => {
      const stack = 't-gone';
      const made = await up({ stack, program: things({ a: {}, b: { password: secret('x') } }) });
      const destroyed = await destroy({ stack, state: stateOf(made) });
      expect(destroyed).to.deep.include({ result: 'succeeded', changes: { delete: 3 } });
      expect(namesIn(stateOf(destroyed))).to.deep.equal([]);
      expect(provider.deleted).to.include.members(['a', 'b']);
      const again = await destroy({ stack, state: stateOf(destroyed) });
      expect(again).to.deep.include({ result: 'succeeded', changes: {} });
      expect(await destroy({ stack, state: null })).to.deep.include({ result: 'succeeded', changes: {} });
    });

    it('keeps what it could not destroy, and names it', async () => {
      const stack = 't-stays';
      const made = await up({ stack, program: things({ a: {}, b: { stays: 'a finalizer holds it' } }) });
      const result = await destroy({ stack, state: stateOf(made) });
      expect(result).to.have.property('result', 'failed');
      expect(result).to.have.property('message', 'kubernetes:memory/v1:Thing b: a finalizer holds it');
    });

    it('names the resource that failed, in the words of the API and without control characters', async () => {
      const refusal = 'namespaces "t-x" is\u001b[31m forbidden\u001b[0m:\r\nno such right';
      const result = await up({ stack: 't-refused', program: things({ good: {}, bad: { refusal } }) });
      const message = 'namespaces "t-x" is forbidden: no such right';
      const urn = 'urn:pulumi:t-refused::landlord-tenant::kubernetes:memory/v1:Thing::bad';
      expect(result).to.deep.equal({
        result: 'failed',
        failures: [{ urn, type: 'kubernetes:memory/v1:Thing', name: 'bad', message }],
        message: `kubernetes:memory/v1:Thing bad: ${message}`,
      });
    });

    it('keeps tenants at once apart, and one broken program to its own run', async () => {
      const rejecting: Program = async () => {
        Promise.reject(new Error('left behind'));
        return things({ c: {} })();
      };
      const throwing: Program = async () => {
        throw new Error('thrown');
      };
      const [one, two, rejected, thrown] = await Promise.all([
        up({ stack: 't-one', program: things({ one: {}, both: { of: 1 } }) }),
        up({ stack: 't-two', program: things({ two: {}, both: { of: 2 } }) }),
        up({ stack: 't-rejected', program: rejecting }),
        up({ stack: 't-thrown', program: throwing }),
      ]);
      expect(namesIn(stateOf(one))).to.have.members(['landlord-tenant-t-one', 'default', 'one', 'both']);
      expect(namesIn(stateOf(two))).to.have.members(['landlord-tenant-t-two', 'default', 'two', 'both']);
      expect(rejected).to.have.property('result', 'failed');
      expect(rejected).to.have.property('message').that.includes('left behind').and.not.includes('thrown');
      expect(thrown).to.have.property('result', 'failed');
      expect(thrown).to.have.property('message').that.includes('thrown').and.not.includes('.ts:');
    });

    it('ends a run that takes too long, and leaves no process', async () => {
      const result = await up({ stack: 't-slow', program: things({ x: { hangs: true } }), timeoutMs: 1_000 });
      expect(result).to.include({
        result: 'failed',
        message: 'The run took longer than 1000 ms and was ended',
      });
      expect(await processesIn(bench.runsDirectory)).to.deep.equal([]);
    });

    it('ends a run when it is told to, and says why', async () => {
      const ending = new AbortController();
      const running = up({
        stack: 't-abort',
        program: things({ y: { hangs: true } }),
        signal: ending.signal,
      });
      await eventually(() => provider.created.includes('y'));
      expect(await processesIn(bench.runsDirectory)).not.to.deep.equal([]);
      ending.abort(new Error('the lease was lost'));
      expect(await running).to.include({
        result: 'failed',
        message: 'The run was ended: the lease was lost',
      });
      expect(await processesIn(bench.runsDirectory)).to.deep.equal([]);
    });

    it('keeps secrets out of state, events and arguments', async () => {
      const canary = 'canary-7d1f';
      const seen: EngineEvent[] = [];
      const processes: string[] = [];
      const program: Program = async () => {
        new Thing('vault', { password: secret(canary) });
        processes.push(...(await processesIn(bench.runsDirectory)));
        return { password: secret(canary) };
      };
      const result = await up({ stack: 't-secret', program, onEvent: (event) => seen.push(event) });
      expect(zstdDecompressSync(stateOf(result)).toString())
        .to.include('ciphertext')
        .and.not.include(canary);
      expect(seen).not.to.deep.equal([]);
      expect(JSON.stringify(seen)).not.to.include(canary);
      expect(processes).not.to.deep.equal([]);
      expect(processes.join()).not.to.include('correct horse');
      const again = await up({ stack: 't-secret', program, state: stateOf(result) });
      expect(again).to.deep.include({ result: 'succeeded', changes: { same: 2 } });
    });
  });
}

function namesIn(state: Buffer): string[] {
  const { deployment } = JSON.parse(zstdDecompressSync(state).toString());
  return (deployment.resources ?? []).map(({ urn }: { urn: string }) => urn.split('::').at(-1));
}
