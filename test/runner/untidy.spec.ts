import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { allProcesses } from '../../tools/platform/process-tree.ts';
import { eventually } from '../support/eventually.ts';
import { runArea } from './run-area.ts';
import { processesOfSpecs } from './spec-processes.ts';

const RUNNER = join(import.meta.dirname, '../run.ts');

describe('the test runner', function () {
  this.timeout(90_000);
  let directory: string;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'runner-'));
  });

  after(() => rmSync(directory, { recursive: true }));

  it('fails when a spec leaves something behind, names it, and removes it', async () => {
    const runner = start('leaky.ts', {});
    const [output, [code]] = await Promise.all([
      text(runner.stdout ?? expect.fail('no output')),
      once(runner, 'exit'),
    ]);
    expect(code).equals(1);
    expect(output).matches(/this file left open: .*TCPServerWrap/);
    for (const kind of [
      'process \\d+: sleep 86399',
      'temporary file: forgotten-',
      'database: test_tenants_',
    ]) {
      expect(output).matches(new RegExp(`Left behind by the specs: ${kind}`));
    }
    expect(output)
      .matches(/behind by the specs: role: t_/)
      .and.matches(/: Redis key: test-/);
    expect(output.trimEnd().split('\n').at(-1)).equals('1 passed, 6 failed');
    expect(mentioning('sleep 86399')).deep.equals([]);
  });

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    it(`leaves nothing when it is ended by ${signal}`, async () => {
      const mark = join(directory, signal);
      const runner = start('endless.ts', { LANDLORD_MARK: mark });
      const exited = once(runner, 'exit');
      await eventually(() => existsSync(mark) && readFileSync(mark, 'utf8') !== '', { timeoutMs: 60_000 });
      const area = runArea(readFileSync(mark, 'utf8'));
      runner.kill(signal);
      await exited;
      await eventually(() => !existsSync(area.directory), { timeoutMs: 30_000 });
      await eventually(() => processesOfSpecs(area).length === 0, { timeoutMs: 10_000 });
      // The janitor's own end comes last.
      await eventually(() => mentioning(area.directory).length === 0, { timeoutMs: 10_000 });
    });
  }
});

function start(fixture: string, environment: Record<string, string>): ChildProcess {
  const file = join(import.meta.dirname, 'fixtures', fixture);
  const env = { ...process.env, ...environment };
  return spawn(process.execPath, [RUNNER, file], { env, stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Command lines of this machine's processes that hold a text. */
function mentioning(part: string): string[] {
  return allProcesses()
    .map(commandLine)
    .filter((line) => line.includes(part));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
