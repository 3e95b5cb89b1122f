import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';

const run = (commandArguments: string[], environment: Record<string, string>) =>
  new Promise<{ code: unknown; stderr: string }>((resolve) => {
    const env = { ...process.env, ...environment };
    execFile(
      process.execPath,
      [join(import.meta.dirname, 'main.ts'), ...commandArguments],
      { env },
      (error, _, stderr) => resolve({ code: error?.code ?? 0, stderr }),
    );
  });

describe('the set-up command', () => {
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
});
