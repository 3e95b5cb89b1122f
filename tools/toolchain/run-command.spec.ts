import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { eventually } from '../../test/support/eventually.ts';
import { rejection } from './fixtures/rejection.ts';
import { runCommand } from './run-command.ts';

describe('running a command', () => {
  it('gives its exit code and what it printed on either stream', async () => {
    const { code, output } = await runCommand('sh', ['-c', 'echo one; echo two >&2; exit 3']);
    expect(code).to.equal(3);
    expect(output.split('\n').sort()).to.deep.equal(['one', 'two']);
  });

  it('rejects when there is no such command', async () => {
    expect(await rejection(runCommand('no-such-command', []))).to.include({ code: 'ENOENT' });
  });

  it('ends the command and all it started when it is interrupted', async () => {
    const interrupted = new AbortController();
    let grandchild = '';
    const running = runCommand('sh', ['-c', 'sleep 600 & echo $!; wait'], {
      signal: interrupted.signal,
      onLine: (line) => {
        grandchild = line;
        interrupted.abort(new Error('interrupted'));
      },
    });
    expect((await rejection(running)).message).to.equal('interrupted');
    expect(grandchild).to.match(/^\d+$/);
    await eventually(() => !existsSync(`/proc/${grandchild}`));
  });
});
