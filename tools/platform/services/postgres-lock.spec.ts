import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { removeStaleLock } from './postgres-lock.ts';

describe("PostgreSQL's lock file", () => {
  let directory: string;
  let lock: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'postgres-lock-'));
    lock = join(directory, 'postmaster.pid');
    writeFileSync(lock, `${process.pid}\n`);
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('is removed after a crash, although its pid is in use by a stranger', async () => {
    await removeStaleLock(directory);
    expect(existsSync(lock)).equals(false);
  });

  it('stays until the last process of the server has ended', async () => {
    const backend: ChildProcess = spawn('sleep', ['60'], { cwd: directory });
    const removal = removeStaleLock(directory).then(() => backend.killed);
    expect(existsSync(lock)).equals(true);
    const exited = once(backend, 'exit');
    backend.kill('SIGKILL');
    await exited;
    expect(await removal).equals(true);
  });
});
