import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createReachability } from './fetch-release.ts';
import {
  GREETER_VERSION,
  greeter,
  publishGreeter,
  putExecutable,
  script,
  writeGreeterModule,
} from './fixtures/greeter.ts';
import { rejection } from './fixtures/rejection.ts';
import { type ReleaseServer, startReleaseServer } from './fixtures/release-server.ts';
import { temporaryDirectory } from './fixtures/temporary-directory.ts';
import { type Means, obtainTool } from './obtain-tool.ts';
import { SetUpError } from './set-up-error.ts';

describe('obtaining a tool', () => {
  const directory = temporaryDirectory();
  let server: ReleaseServer;
  beforeEach(async () => {
    server = await startReleaseServer();
    await writeGreeterModule(join(directory(), 'module'));
  });
  afterEach(() => server.close());

  const obtain = (means: Partial<Means> = {}, origin = server.origin) =>
    obtainTool(greeter(origin, join(directory(), 'module')), {
      cacheDirectory: join(directory(), 'cache'),
      way: undefined,
      searchPath: `${join(directory(), 'path')}:${process.env.PATH}`,
      isReachable: createReachability([origin]),
      onProgress: () => undefined,
      signal: new AbortController().signal,
      ...means,
    });
  const onPath = (version: string) => putExecutable(join(directory(), 'path'), 'greeter', script(version));
  const cached = () => readdir(join(directory(), 'cache'));
  /** An origin where nothing listens any more. */
  const closedOrigin = async () => {
    const closed = await startReleaseServer();
    await closed.close();
    return closed.origin;
  };
  const printed = async (path: string | undefined) => {
    const { stdout, stderr } = await promisify(execFile)(String(path), ['--version']);
    return (stdout + stderr).trim();
  };

  it('uses the right version on PATH, and asks nobody', async () => {
    await onPath(GREETER_VERSION);
    const { paths, from } = await obtain();
    expect(paths).to.deep.equal({ greeter: join(directory(), 'path', 'greeter') });
    expect(from).to.include('on PATH');
    expect(server.requests).to.deep.equal([]);
  });

  it('downloads the release when PATH has another version', async () => {
    await onPath('1.2.4');
    publishGreeter(server);
    const { paths, from } = await obtain();
    expect(from).to.include('downloaded from 127.0.0.1');
    expect(await printed(paths.greeter)).to.equal('greeter 1.2.3');
  });

  it('keeps what it has: the second time it neither downloads nor builds', async () => {
    publishGreeter(server);
    const first = await obtain();
    const { length } = server.requests;
    const second = await obtain();
    expect(second).to.deep.equal({ paths: first.paths, from: 'kept from before' });
    expect(server.requests).to.have.length(length);
  });

  it('builds from the module when the release cannot be reached', async () => {
    const { paths, from } = await obtain({}, await closedOrigin());
    expect(from).to.match(/^built because 127\.0\.0\.1:\d+ cannot be reached$/);
    expect(await printed(paths.greeter)).to.equal('greeter 1.2.3');
  });

  it('builds from the module when there is no such release', async () => {
    const { from } = await obtain();
    expect(from).to.match(/^built because .*greeter\.sha256 cannot be had \(HTTP 404\)$/);
  });

  it('stops at a release that differs from its checksum, and keeps nothing of it', async () => {
    publishGreeter(server);
    server.files.set('/greeter', script('6.6.6'));
    expect((await rejection(obtain())).message).to.include('is refused');
    expect(await cached()).to.deep.equal([]);
  });

  it('refuses a release that calls itself another version', async () => {
    publishGreeter(server, script('1.2.2'));
    const error = await rejection(obtain());
    expect(error).to.be.instanceOf(SetUpError);
    expect(error.message).to.include('1.2.3 was wanted').and.to.include('says 1.2.2');
    expect(await cached()).to.deep.equal([]);
  });

  it('builds anew when the module changed', async () => {
    const first = await obtain({ way: 'build' });
    await writeGreeterModule(join(directory(), 'module'), '1.22');
    const second = await obtain({ way: 'build' });
    expect(second.from).to.equal('built');
    expect(second.paths).not.to.deep.equal(first.paths);
  });

  it('tries no other way than the one that is forced', async () => {
    await onPath(GREETER_VERSION);
    publishGreeter(server);
    expect((await obtain({ way: 'build' })).from).to.equal('built');
    expect(server.requests).to.deep.equal([]);
    expect((await obtain({ way: 'download' })).from).to.include('downloaded');
    expect((await obtain({ way: 'path' })).from).to.include('on PATH');
  });

  it('says what to do when the forced way leads nowhere', async () => {
    const forced = await Promise.all([
      rejection(obtain({ way: 'path' })),
      rejection(obtain({ way: 'download' }, await closedOrigin())),
    ]);
    expect(forced[0].message).to.equal(
      'TOOLCHAIN=path, but greeter 1.2.3 is not on PATH: install it, or unset TOOLCHAIN.',
    );
    expect(forced[1].message).to.match(/cannot be reached: unset TOOLCHAIN, or set it to build\.$/);
    for (const error of forced) expect(error).to.be.instanceOf(SetUpError);
  });

  it('asks for Go when there is none to build with', async () => {
    const error = await rejection(obtain({ way: 'build', searchPath: join(directory(), 'path') }));
    expect(error.message).to.include('no `go` on PATH').and.to.include('Install Go');
  });

  it('asks for a newer Go when it is too old', async () => {
    await putExecutable(join(directory(), 'path'), 'go', '#!/bin/sh\necho go1.20.14\n');
    const error = await rejection(obtain({ way: 'build' }));
    expect(error.message).to.include('Go 1.20.14 is too old').and.to.include('1.21 or newer');
  });
});
