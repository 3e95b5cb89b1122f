import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { expect } from 'chai';
import { eventually } from '../../test/support/eventually.ts';
import { type Command, runProcess } from './run-process.ts';

const run = (script: string, rest: Partial<Command> = {}) =>
  runProcess({
    name: process.execPath,
    args: ['-e', script],
    directory: tmpdir(),
    environment: {},
    signal: new AbortController().signal,
    ...rest,
  });

/** A process that ignores SIGTERM, as does the child it starts; it tells both numbers to our listener. */
const stubborn = (port: number) => `
  process.on('SIGTERM', () => {});
  const child = require('child_process').spawn(process.execPath,
    ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  require('net').connect(${port}, '127.0.0.1').end(JSON.stringify([process.pid, child.pid]));
  setInterval(() => {}, 1000);`;

/** Whether a process is gone, or waits only for its parent to notice (a zombie; proc(5)). */
async function hasEnded(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return stat.includes(') Z');
}

describe('run process', () => {
  it('returns code and output, and hands over no environment but what it is given', async () => {
    const script = 'console.log(JSON.stringify(process.env)); console.error("oops"); process.exit(3)';
    const finished = await run(script, { environment: { ONLY: 'this' } });
    expect(finished).to.include({ code: 3, stderr: 'oops\n' });
    expect(JSON.parse(finished.stdout)).to.deep.equal({ ONLY: 'this' });
  });

  it('throws when there is no such program', async () => {
    const failure = await run('', { name: 'no-such-program' }).catch((error: Error) => error);
    expect(failure).to.have.property('message').that.includes('ENOENT');
  });

  it('ends the process and its children when aborted, even those that ignore SIGTERM', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const ending = new AbortController();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const running = run(stubborn(port), { signal: ending.signal });
    const [socket] = await once(server, 'connection');
    const [data] = await once(socket, 'data');
    server.close();
    const pids: number[] = JSON.parse(String(data));
    expect(pids).to.have.length(2);
    ending.abort();
    expect(await running).to.include({ code: null });
    for (const pid of pids) await eventually(() => hasEnded(pid));
  });
});
