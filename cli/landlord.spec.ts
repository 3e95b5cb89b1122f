import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const BIN = join(import.meta.dirname, 'landlord.mjs');
const run = promisify(execFile);

describe('the landlord executable', function () {
  this.timeout(20_000);

  it('runs by itself, as npx starts it', async () => {
    const { stdout } = await run(BIN, ['--help']);
    expect(stdout).to.contain('Usage: landlord');
  });

  it('tells an older Node what is needed, on one line', async () => {
    const older = `Object.defineProperty(process, 'versions', { value: { node: '20.1.0' } })`;
    const failure = await run(process.execPath, [
      '--import',
      `data:text/javascript,${older}`,
      BIN,
      '--help',
    ]).catch((error: { code: number; stderr: string }) => error);
    expect(failure).to.include({ code: 1 });
    expect(failure.stderr).to.match(
      /^landlord: needs Node 24 or newer, this is 20\.1\.0\. .*npx landlord.*\n$/,
    );
  });
});
