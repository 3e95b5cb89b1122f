import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { eventually } from '../../test/support/eventually.ts';
import {
  identifyProcess,
  isRunning,
  type ProcessIdentity,
  readStat,
  signalProcess,
} from './process-identity.ts';

describe('process identity', () => {
  let child: ChildProcess;
  let identity: ProcessIdentity;

  beforeEach(() => {
    child = spawn('sleep', ['60']);
    identity = identifyProcess(child.pid ?? 0) ?? expect.fail('the child does not run');
  });

  afterEach(async () => {
    const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await exited;
  });

  it('knows a process while it runs and forgets it when it ends', async () => {
    expect(isRunning(identity)).equals(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isRunning(identity)).equals(false);
    expect(identifyProcess(identity.pid)).equals(undefined);
  });

  it('does not take another process for ours when the pid was given out again', () => {
    const earlier = { ...identity, startTicks: `${Number(identity.startTicks) - 1}` };
    expect(isRunning(earlier)).equals(false);
    expect(signalProcess(earlier, 'SIGKILL')).equals(false);
    expect(isRunning(identity)).equals(true);
  });

  it('does not take a process for ours that has its pid and start time from another boot', () => {
    expect(isRunning({ ...identity, bootId: 'another' })).equals(false);
  });

  it('signals the process it means', async () => {
    const exited = once(child, 'exit');
    expect(signalProcess(identity, 'SIGTERM')).equals(true);
    expect(await exited).deep.equals([null, 'SIGTERM']);
  });

  it('counts a zombie as ended', async () => {
    const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60']);
    try {
      const [line] = await once(parent.stdout, 'data');
      const pid = Number(String(line));
      await eventually(() => readStat(pid)?.state === 'Z', { timeoutMs: 5_000 });
      expect(identifyProcess(pid)).equals(undefined);
    } finally {
      const exited = once(parent, 'exit');
      parent.kill('SIGKILL');
      await exited;
    }
  });

  it('reads a process whose name holds spaces and parentheses', async () => {
    const named = spawn(process.execPath, ['-e', 'process.title = ") Z 1 (x"; setInterval(() => {}, 1000)']);
    try {
      await eventually(() => readFileSync(`/proc/${named.pid}/comm`, 'utf8') === ') Z 1 (x\n', {
        timeoutMs: 5_000,
      });
      expect(readStat(named.pid ?? 0)?.parent).equals(process.pid);
    } finally {
      const exited = once(named, 'exit');
      named.kill('SIGKILL');
      await exited;
    }
  });
});
