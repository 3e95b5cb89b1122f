import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ownIdentity } from './process-identity.ts';
import { createRunDirectory } from './run-directory.ts';
import { clearDeadRuns, openRunsDirectory } from './runs-directory.ts';

describe('runs directory', () => {
  let parent: string;
  let runs: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'runs-'));
    runs = join(parent, 'runs');
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  async function layRun(name: string): Promise<void> {
    await mkdir(join(runs, name));
    await writeFile(join(runs, name, 'half-written.json'), '{"version": 3, "checkp');
  }

  /** A process that does nothing, as the CLI of a run of this name would be started. */
  async function startCli(name: string) {
    const env = { PULUMI_HOME: join(runs, name, 'home') };
    const child = spawn('sleep', ['60'], { env: { ...process.env, ...env }, detached: true });
    await once(child, 'spawn');
    return { child, closed: once(child, 'close') };
  }

  it('refuses one that others may write to', async () => {
    await mkdir(runs);
    await chmod(runs, 0o777);
    const failure = await openRunsDirectory(runs).catch((error: Error) => error);
    expect(failure).to.have.property('message').that.includes(`${runs} is not safe`);
  });

  it('removes what ended processes left, and nothing else', async () => {
    await openRunsDirectory(runs);
    const ended = spawn(process.execPath, ['-e', '']);
    await once(ended, 'exit');
    const own = await ownIdentity();
    const live = `run-${own.pid}-${own.startedAt}-abcdef`;
    const kept = [live, 'not-a-run', 'run-1-2-short'];
    for (const name of [`run-${ended.pid}-1-abcdef`, `run-${own.pid}-1-abcdef`, ...kept]) await layRun(name);
    await openRunsDirectory(runs);
    expect(await readdir(runs)).to.have.members(kept);
  });

  it('ends the processes of a dead run, and none of a living one', async () => {
    await openRunsDirectory(runs);
    const own = await ownIdentity();
    const [dead, live] = [`run-${own.pid}-1-abcdef`, `run-${own.pid}-${own.startedAt}-abcdef`];
    await Promise.all([layRun(dead), layRun(live)]);
    const [orphan, working] = await Promise.all([startCli(dead), startCli(live)]);
    await Promise.all([clearDeadRuns(runs), clearDeadRuns(runs)]);
    expect((await orphan.closed)[1]).to.equal('SIGKILL');
    expect(working.child).to.include({ exitCode: null, signalCode: null });
    working.child.kill('SIGTERM');
    expect((await working.closed)[1]).to.equal('SIGTERM');
  });

  it('holds run directories that live as long as their process, unless removed', async () => {
    await openRunsDirectory(runs);
    const layout = { runsDirectory: runs, stack: 't-x', state: undefined, salt: undefined };
    const directory = await createRunDirectory(layout);
    await openRunsDirectory(runs);
    expect(await readdir(runs)).to.have.length(1);
    await directory.remove();
    expect(await readdir(runs)).to.deep.equal([]);
  });
});
