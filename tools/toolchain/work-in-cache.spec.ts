import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import { publishGreeter, script, writeGreeterModule } from './fixtures/greeter.ts';
import { rejection } from './fixtures/rejection.ts';
import { type ReleaseServer, startReleaseServer } from './fixtures/release-server.ts';
import { temporaryDirectory } from './fixtures/temporary-directory.ts';
import { workInCache } from './work-in-cache.ts';

const setUpGreeter = join(import.meta.dirname, 'fixtures', 'set-up-greeter.ts');

interface Running {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly ended: Promise<unknown>;
}

describe('set-ups that share a cache', () => {
  const directory = temporaryDirectory();
  const children: Running[] = [];
  let server: ReleaseServer;
  /** Answers to the download, held back until the test sends them. */
  let held: ServerResponse[];
  let asked: Promise<void>;

  beforeEach(async () => {
    server = await startReleaseServer();
    await writeGreeterModule(join(directory(), 'module'));
    publishGreeter(server);
    held = [];
    asked = new Promise((resolve) => {
      server.files.set('/greeter', (response) => {
        held.push(response.writeHead(200));
        response.write('#!');
        resolve();
      });
    });
  });
  afterEach(async () => {
    for (const { child, ended } of children.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
    await server.close();
  });

  const cache = () => join(directory(), 'cache');
  const start = (): Running => {
    const child = spawn(
      process.execPath,
      [setUpGreeter, cache(), server.origin, join(directory(), 'module')],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const lines: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(...text.trim().split('\n')));
    const running = { child, lines, ended: once(child, 'close') };
    children.push(running);
    return running;
  };
  const sendRest = () => {
    for (const response of held) response.end(script('1.2.3').slice(2));
  };

  it('take turns: the second waits, says so, and uses what the first made', async () => {
    const first = start();
    await asked;
    const second = start();
    await once(second.child.stdout ?? second.child, 'data');
    expect(second.lines).to.deep.equal(['waiting']);
    sendRest();
    await Promise.all([first.ended, second.ended]);
    expect(first.lines).to.deep.equal(['working', `downloaded from ${new URL(server.origin).host}`]);
    expect(second.lines).to.deep.equal(['waiting', 'working', 'kept from before']);
    expect(held).to.have.length(1);
  });

  for (const [signal, left] of [
    ['SIGTERM', 0],
    ['SIGKILL', 1],
  ] as const) {
    it(`go on after ${signal}: nothing half made is used or left`, async () => {
      const first = start();
      await asked;
      first.child.kill(signal);
      await first.ended;
      const leftovers = await readdir(cache());
      expect(leftovers.filter((name) => name.startsWith('.partial-'))).to.have.length(left);
      expect(leftovers).to.have.length(left);
      publishGreeter(server);
      const second = start();
      await second.ended;
      expect(second.lines[1]).to.include('downloaded');
      expect(await readdir(cache())).to.deep.equal([`greeter-1.2.3-released-linux-${process.arch}`]);
    });
  }

  it('pass the turn on when the one at work is killed', async () => {
    const first = start();
    await asked;
    const second = start();
    await once(second.child.stdout ?? second.child, 'data');
    publishGreeter(server);
    first.child.kill('SIGKILL');
    await second.ended;
    expect(second.lines.slice(0, 2)).to.deep.equal(['waiting', 'working']);
    expect(second.lines[2]).to.include('downloaded');
  });

  it('may stop waiting', async () => {
    start();
    await asked;
    const impatient = new AbortController();
    const waiting = workInCache(
      cache(),
      () => impatient.abort(new Error('enough')),
      impatient.signal,
      async () => undefined,
    );
    expect((await rejection(waiting)).message).to.equal('enough');
  });

  it('refuse a cache of root that others may not enter', async function () {
    if (process.getuid?.() !== 0) this.skip();
    const closed = join(directory(), 'closed');
    await mkdir(closed);
    await chmod(closed, 0o700);
    const { signal } = new AbortController();
    const refused = workInCache(
      join(closed, 'cache'),
      () => undefined,
      signal,
      async () => undefined,
    );
    expect((await rejection(refused)).message).to.include(`${closed} is closed to other users`);
  });
});
