import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { putExecutable, script } from './fixtures/greeter.ts';
import { rejection } from './fixtures/rejection.ts';
import { temporaryDirectory } from './fixtures/temporary-directory.ts';
import { locateToolchain, type Toolchain } from './locate.ts';
import { writeManifest } from './manifest.ts';

const parts = [
  ...([
    'bin',
    'postgres',
    'pulumi',
    'pulumiLanguageNodejs',
    'kubeApiserver',
    'kubeControllerManager',
  ] as const),
  ...(['kubeScheduler', 'kubectl', 'etcd', 'kwok', 'valkeyServer'] as const),
];

describe('locating the toolchain', () => {
  const directory = temporaryDirectory();
  const locate = () => locateToolchain({ LANDLORD_CACHE: directory() });
  const setUp = async (): Promise<Toolchain> => {
    for (const part of parts) await putExecutable(directory(), part, script('1.2.3'));
    const entries = parts.map((part) => [part, join(directory(), part)]);
    const toolchain = Object.fromEntries(entries) as Toolchain;
    await writeManifest(directory(), toolchain);
    return toolchain;
  };

  it('gives what the set-up wrote down', async () => {
    const toolchain = await setUp();
    expect(await locate()).to.deep.equal(toolchain);
  });

  it('asks for a set-up when there was none', async () => {
    expect((await rejection(locate())).message).to.equal(
      `The toolchain is not set up in ${directory()}: run \`make setup\`.`,
    );
  });

  it('asks for a set-up when a part is gone', async () => {
    const { etcd } = await setUp();
    await rm(etcd);
    expect((await rejection(locate())).message).to.equal(
      `${etcd} is missing from the toolchain: run \`make setup\`.`,
    );
  });

  it('asks for a set-up when the manifest cannot be read', async () => {
    await setUp();
    const manifest = (await readdir(directory())).find((name) => name.endsWith('.json'));
    for (const damaged of ['{"etcd": "etcd"}', 'not JSON']) {
      await writeFile(join(directory(), String(manifest)), damaged);
      expect((await rejection(locate())).message).to.include('run `make setup`');
    }
  });
});
