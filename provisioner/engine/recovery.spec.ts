import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { openTestEngine, pidsIn, stateOf, type TestEngine } from '../../test/support/engine.ts';
import { eventually } from '../../test/support/eventually.ts';
import { type MemoryProvider, serveMemoryProvider, Thing } from '../../test/support/memory-provider.ts';
import type { Program } from './stack-run.ts';
import { packState, unpackState } from './stack-state.ts';

const SUPPORT = join(import.meta.dirname, '../../test/support');

const thing =
  (name: string, inputs: Record<string, unknown> = {}): Program =>
  async () => {
    new Thing(name, inputs);
    return {};
  };

describe('engine, after what died', function () {
  this.timeout(120_000);
  let provider: MemoryProvider;
  let bench: TestEngine;
  const up = (run: Parameters<TestEngine['up']>[0]) => bench.up({ providerPort: provider.port, ...run });

  before(async () => {
    provider = await serveMemoryProvider();
    bench = await openTestEngine();
  });
  after(async () => {
    // Only a spec that failed leaves any.
    for (const pid of await pidsIn(bench.runsDirectory)) process.kill(pid, 'SIGKILL');
    provider.close();
    await bench.close();
  });

  it('fails a run whose CLI alone is killed, ends its plugins, and goes on from the last state', async () => {
    const first = await up({ stack: 't-cli', program: thing('kept') });
    const killed = up({ stack: 't-cli', program: thing('cut', { hangs: true }), state: stateOf(first) });
    await eventually(() => provider.created.includes('cut'));
    const [run = ''] = await readdir(bench.runsDirectory);
    // As the CLI starts plugins: in a group of their own.
    const env = { ...process.env, PULUMI_HOME: join(bench.runsDirectory, run, 'home') };
    const plugin = spawn('sleep', ['60'], { env, detached: true });
    const pluginEnded = once(plugin, 'close');
    const cli = (await pidsIn(bench.runsDirectory)).filter((pid) => pid !== plugin.pid);
    expect(cli).to.have.length(1);
    for (const pid of cli) process.kill(pid, 'SIGKILL');
    expect(await killed)
      .to.have.property('message')
      .that.includes('a signal');
    expect((await pluginEnded)[1]).to.equal('SIGKILL');
    const resumed = await up({ stack: 't-cli', program: thing('cut'), state: stateOf(first) });
    expect(resumed).to.deep.include({ result: 'succeeded', changes: { create: 1, delete: 1, same: 1 } });
    expect((await unpackState(stateOf(resumed))).deployment).not.to.have.property('pending_operations');
  });

  it('ends the CLI of a dead process before the next run, and touches no living one’s', async () => {
    const script = join(SUPPORT, 'hanging-run.ts');
    const worker = spawn(process.execPath, [script, bench.runsDirectory, String(provider.port)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const died = once(worker, 'exit');
    await eventually(() => provider.created.includes('orphan'), { timeoutMs: 30_000 });
    const clis = await pidsIn(bench.runsDirectory);
    const running = await readdir(bench.runsDirectory);
    await up({ stack: 't-neighbour', program: thing('neighbour') });
    expect(await readdir(bench.runsDirectory)).to.deep.equal(running);
    expect(await pidsIn(bench.runsDirectory)).to.deep.equal(clis);
    // Stopped, so that it does not end by itself when its process is gone.
    for (const pid of clis) process.kill(pid, 'SIGSTOP');
    worker.kill('SIGKILL');
    await died;
    expect(await pidsIn(bench.runsDirectory))
      .to.deep.equal(clis)
      .and.not.to.deep.equal([]);
    const next = await up({ stack: 't-orphan', program: thing('orphan') });
    expect(next).to.have.property('result', 'succeeded');
    expect(await pidsIn(bench.runsDirectory)).to.deep.equal([]);
    expect(await readdir(bench.runsDirectory)).to.deep.equal([]);
  });

  it('says that a state is unreadable, whatever is wrong with it, and does nothing', async () => {
    const state = stateOf(await up({ stack: 't-cut', program: thing('known') }));
    const { deployment, ...envelope } = await unpackState(state);
    const headless = { ...deployment, resources: deployment.resources?.slice(1) ?? [] };
    const mistyped = { ...deployment, secrets_providers: undefined, manifest: 5 };
    const flipped = Buffer.from(state);
    flipped[40] = (flipped[40] ?? 0) ^ 1;
    const damaged = [Buffer.alloc(0), state.subarray(0, 100), flipped];
    for (const broken of [headless, mistyped]) {
      damaged.push(await packState({ ...envelope, deployment: broken }));
    }
    for (const unsound of damaged) {
      const program = thing('new');
      expect(await up({ stack: 't-cut', program, state: unsound })).to.have.property('result', 'unreadable');
      const destroyed = await bench.destroy({ stack: 't-cut', state: unsound, providerPort: provider.port });
      expect(destroyed).to.have.property('result', 'unreadable');
    }
    expect(provider.created).not.to.include('new');
    expect(provider.deleted).not.to.include('known');
  });

  it('outlives a full disk: the run fails, and the old state goes on once there is room', async function () {
    const runsDirectory = await mkdtemp(join(tmpdir(), 'full-'));
    const mount = `mount -t tmpfs -o size=1m,mode=700 tmpfs "$1"`;
    const inside = ['-Urm', 'sh', '-c', `${mount} && exec "$0" "$2" "$1"`];
    try {
      // A file system of one's own takes a user namespace, which not every kernel grants.
      await promisify(execFile)('unshare', ['-Urm', 'sh', '-c', mount, 'sh', runsDirectory]).catch(() =>
        this.skip(),
      );
      const { stdout } = await promisify(execFile)('unshare', [
        ...[...inside, process.execPath, runsDirectory, join(SUPPORT, 'full-disk-run.ts')],
      ]);
      const [first, full, filledUp, later] = JSON.parse(stdout);
      expect(first).to.have.property('result', 'succeeded');
      expect(full).to.have.property('result', 'thrown');
      expect(full).to.have.property('message').that.includes('ENOSPC');
      expect(filledUp).to.have.property('result', 'failed');
      expect(filledUp).to.have.property('message').that.includes('no space left on device');
      expect(later).to.deep.include({ result: 'succeeded', changes: { same: 1, update: 40 } });
    } finally {
      await rm(runsDirectory, { recursive: true });
    }
  });
});
