import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ownIdentity } from './process-identity.ts';
import { createRunDirectory } from './run-directory.ts';
import { openRunsDirectory } from './runs-directory.ts';

describe('runs directory', () => {
  let parent: string;
  let runs: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'runs-'));
    runs = join(parent, 'runs');
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  async function layRun(name: string, owner: object): Promise<void> {
    await mkdir(join(runs, name));
    await writeFile(join(runs, name, 'owner.json'), JSON.stringify(owner));
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
    await layRun('run-ended', { pid: ended.pid, startedAt: '1' });
    await layRun('run-reused-number', { pid: own.pid, startedAt: '1' });
    await layRun('run-live', own);
    await layRun('not-a-run', { pid: ended.pid, startedAt: '1' });
    await openRunsDirectory(runs);
    expect(await readdir(runs)).to.have.members(['run-live', 'not-a-run']);
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
