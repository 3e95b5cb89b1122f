import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { findOnPath } from './find-on-path.ts';
import { putExecutable, script } from './fixtures/greeter.ts';
import { temporaryDirectory } from './fixtures/temporary-directory.ts';
import { tools } from './tools.ts';

describe('finding a tool on PATH', () => {
  const directory = temporaryDirectory();
  const inFolder = (...path: string[]) => join(directory(), ...path);
  const find = (folders: string[], companions: string[] = []) =>
    findOnPath(
      { name: 'greeter', versionArguments: [], accepts: (version) => version === '1.2.3', companions },
      folders.map((folder) => inFolder(folder)).join(':'),
    );

  it('takes the first with the right version', async () => {
    await putExecutable(inFolder('a'), 'greeter', script('1.2.2'));
    await putExecutable(inFolder('b'), 'greeter', script('v1.2.3'));
    const found = await find(['missing', 'a', 'b']);
    expect(found).to.deep.equal({
      path: inFolder('b', 'greeter'),
      version: '1.2.3',
      directory: inFolder('b'),
    });
  });

  it('takes no pre-release for a release', async () => {
    await putExecutable(inFolder('a'), 'greeter', script('1.2.3-alpha.1'));
    expect(await find(['a'])).to.equal(undefined);
  });

  it('passes over what does not run or tells no version', async () => {
    await putExecutable(inFolder('a'), 'greeter', '#!/no/such/interpreter\n');
    await putExecutable(inFolder('b'), 'greeter', '#!/bin/sh\necho 1.2.3\nexit 1\n');
    await putExecutable(inFolder('c'), 'greeter', '#!/bin/sh\necho hello\n');
    expect(await find(['a', 'b', 'c'])).to.equal(undefined);
  });

  it('wants the companions beside the executable itself, not beside a link to it', async () => {
    await putExecutable(inFolder('real'), 'greeter', script('1.2.3'));
    await mkdir(inFolder('links'));
    await symlink(inFolder('real', 'greeter'), inFolder('links', 'greeter'));
    await putExecutable(inFolder('links'), 'companion', script('1.2.3'));
    expect(await find(['links'], ['companion'])).to.equal(undefined);
    await putExecutable(inFolder('real'), 'companion', script('1.2.3'));
    expect((await find(['links'], ['companion']))?.directory).to.equal(inFolder('real'));
  });

  it('accepts a kubectl one minor version away, and no further', () => {
    const kubectl = tools.find(({ name }) => name === 'kubectl');
    const accepted = ['1.34.0', '1.35.0', '1.36.9', '1.37.1-eks', '1.38.0', '2.36.3'].filter((version) =>
      kubectl?.accepts(version),
    );
    expect(accepted).to.deep.equal(['1.35.0', '1.36.9', '1.37.1-eks']);
  });
});
