import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { downloadRelease } from './download-release.ts';
import { createReachability, ReleaseUnavailableError } from './fetch-release.ts';
import { putExecutable, script, sha256 } from './fixtures/greeter.ts';
import { rejection } from './fixtures/rejection.ts';
import { type ReleaseServer, startReleaseServer } from './fixtures/release-server.ts';
import { temporaryDirectory } from './fixtures/temporary-directory.ts';
import type { Release } from './releases.ts';
import { SetUpError } from './set-up-error.ts';

describe('download of a release', () => {
  const directory = temporaryDirectory();
  let server: ReleaseServer;
  beforeEach(async () => {
    server = await startReleaseServer();
  });
  afterEach(() => server.close());

  const plain = (): Release => ({
    address: `${server.origin}/greeter`,
    checksum: { address: `${server.origin}/greeter.sha256`, form: 'bare' },
  });
  const download = (release: Release, signal = new AbortController().signal) =>
    downloadRelease(release, 'greeter', directory(), { onProgress: () => undefined, signal });

  it('keeps an executable whose checksum fits', async () => {
    server.files.set('/greeter', script('1.2.3')).set('/greeter.sha256', sha256(script('1.2.3')));
    await download(plain());
    expect(await readdir(directory())).to.deep.equal(['greeter']);
    expect(await readFile(join(directory(), 'greeter'), 'utf8')).to.equal(script('1.2.3'));
    expect((await stat(join(directory(), 'greeter'))).mode & 0o777).to.equal(0o755);
  });

  it('keeps the wanted members of an archive', async () => {
    const folder = join(directory(), 'made', 'suite');
    for (const name of ['greeter', 'companion', 'unwanted'])
      await putExecutable(folder, name, script('1.2.3'));
    const archive = join(directory(), 'suite.tar.gz');
    await promisify(execFile)('tar', ['-czf', archive, '-C', join(directory(), 'made'), 'suite']);
    const content = await readFile(archive);
    server.files.set('/suite.tar.gz', content).set('/SHA256SUMS', `${sha256(content)}  suite.tar.gz\n`);
    const target = join(directory(), 'made');
    await downloadRelease(
      {
        address: `${server.origin}/suite.tar.gz`,
        checksum: { address: `${server.origin}/SHA256SUMS`, form: 'list' },
        members: ['suite/greeter', 'suite/companion'],
      },
      'greeter',
      target,
      { onProgress: () => undefined, signal: new AbortController().signal },
    );
    expect((await readdir(target)).sort()).to.deep.equal(['companion', 'greeter', 'suite']);
  });

  it('refuses what differs from its published checksum, and says how', async () => {
    server.files.set('/greeter', script('6.6.6')).set('/greeter.sha256', sha256(script('1.2.3')));
    const error = await rejection(download(plain()));
    expect(error).to.be.instanceOf(SetUpError);
    expect(error.message)
      .to.include('is refused')
      .and.to.include(sha256(script('6.6.6')));
    expect(error.message)
      .to.include(sha256(script('1.2.3')))
      .and.to.include('TOOLCHAIN=build');
  });

  it('is unavailable without a published checksum, and then fetches nothing else', async () => {
    server.files.set('/greeter', script('1.2.3'));
    expect(await rejection(download(plain()))).to.be.instanceOf(ReleaseUnavailableError);
    server.files.set('/greeter.sha256', '<html>Please sign in to this network</html>');
    const error = await rejection(download(plain()));
    expect(error).to.be.instanceOf(ReleaseUnavailableError);
    expect(error.message).to.include('gives no SHA-256');
    expect(server.requests).not.to.include('/greeter');
  });

  it('is unavailable when there is no such release', async () => {
    server.files.set('/greeter.sha256', sha256(script('1.2.3')));
    const error = await rejection(download(plain()));
    expect(error).to.be.instanceOf(ReleaseUnavailableError);
    expect(error.message).to.equal(`${server.origin}/greeter cannot be had (HTTP 404)`);
  });

  it('is unavailable when the server breaks off in the middle', async () => {
    server.files.set('/greeter.sha256', sha256(script('1.2.3')));
    server.files.set('/greeter', (response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('#!/bin/sh');
      setImmediate(() => response.destroy());
    });
    expect(await rejection(download(plain()))).to.be.instanceOf(ReleaseUnavailableError);
  });

  it('ends with the reason of an interrupt, not as unavailable', async () => {
    const interrupted = new AbortController();
    server.files.set('/greeter.sha256', sha256(script('1.2.3')));
    server.files.set('/greeter', (response) => {
      response.writeHead(200).write('#!/bin/sh');
      interrupted.abort(new Error('interrupted'));
    });
    expect((await rejection(download(plain(), interrupted.signal))).message).to.equal('interrupted');
  });
});

describe('reachability', () => {
  it('asks each host once, and takes any answer', async () => {
    const server = await startReleaseServer();
    try {
      const isReachable = createReachability([`${server.origin}/a`, `${server.origin}/b`]);
      expect(await isReachable(`${server.origin}/a`)).to.equal(true);
      expect(await isReachable(`${server.origin}/b`)).to.equal(true);
      expect(server.requests).to.have.length(1);
    } finally {
      await server.close();
    }
  });

  it('gives up soon on a host that says nothing, and at once on a closed one', async () => {
    const silent = await startReleaseServer();
    silent.files.set('/', () => undefined);
    const closed = await startReleaseServer();
    await closed.close();
    try {
      const isReachable = createReachability([silent.origin, closed.origin], 50);
      expect(await isReachable(silent.origin)).to.equal(false);
      expect(await isReachable(closed.origin)).to.equal(false);
    } finally {
      await silent.close();
    }
  });
});
