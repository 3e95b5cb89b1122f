import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkCli, checkOfficialPlugin } from './installed.ts';

describe('installed beside us', () => {
  let directory: string;
  const messageOf = (check: Promise<void>) =>
    check.then(
      () => 'accepted',
      (error: Error) => error.message,
    );
  async function install(name: string, script: string): Promise<void> {
    await writeFile(join(directory, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(directory, name), 0o755);
  }
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'installed-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('takes the pinned pulumi', async () => {
    await install('pulumi', 'echo v3.259.0');
    expect(await messageOf(checkCli({ PATH: directory }))).to.equal('accepted');
  });

  it('refuses another version, and says which it is and what to do', async () => {
    await install('pulumi', 'echo 3.300.1');
    const message = await messageOf(checkCli({ PATH: directory }));
    expect(message).to.include('is 3.300.1, not 3.259.0').and.include('make setup');
  });

  it('says so when there is no pulumi', async () => {
    const message = await messageOf(checkCli({ PATH: directory }));
    expect(message).to.include(`can't be run from PATH ${directory}`).and.include('make setup');
  });

  it('wants the official plugin on PATH', async () => {
    const missing = await messageOf(checkOfficialPlugin({ PATH: directory }));
    expect(missing)
      .to.include('pulumi-resource-kubernetes is not on PATH')
      .and.include('KUBERNETES_PROVIDER=resident');
    await install('pulumi-resource-kubernetes', 'exit');
    expect(await messageOf(checkOfficialPlugin({ PATH: directory }))).to.equal('accepted');
  });
});
