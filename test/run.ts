/**
 * Runs spec files on a throw-away platform: `node test/run.ts [FILE…]`, without a file all of them. What specs leave
 * behind counts as a failure. The last line is `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describeError } from '../tools/platform/describe-error.ts';
import { findLeaks } from './runner/find-leaks.ts';
import { findSpecs } from './runner/find-specs.ts';
import { createRunArea, type RunArea } from './runner/run-area.ts';
import { type Counts, runMocha } from './runner/run-mocha.ts';
import { startEngines } from './runner/throw-away-platform.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const specs = findSpecs(process.argv.slice(2));
const area = createRunArea();
const cleanUp = startJanitor(area);
for (const [signal, code] of Object.entries(SIGNALS)) {
  process.on(signal, () => cleanUp().finally(() => process.exit(code)));
}

const counts = await runSpecs().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  return { passed: 0, failed: 1 };
});
await cleanUp();
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

async function runSpecs(): Promise<Counts> {
  const start = Date.now();
  const addresses = await startEngines(area.platform);
  process.stdout.write(`Throw-away platform up in ${((Date.now() - start) / 1000).toFixed(1)} s.\n`);
  Object.assign(process.env, addresses, { TMPDIR: area.temporary, LANDLORD_TEST_RUN: area.directory });
  const { passed, failed } = await runMocha(specs);
  const leaks = await findLeaks(area);
  for (const leak of leaks) process.stdout.write(`Left behind by the specs: ${leak}\n`);
  return { passed, failed: failed + leaks.length };
}

/** The janitor cleans up once its standard input ends: when we say so, or when this process is no more. */
function startJanitor({ directory }: RunArea): () => Promise<void> {
  const script = join(import.meta.dirname, 'runner/janitor.ts');
  const janitor = spawn(process.execPath, [script, directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const exited = once(janitor, 'exit');
  return async () => {
    janitor.stdin.end();
    const [code] = await exited;
    if (code !== 0) throw new Error(`cleaning up ${directory} failed`);
  };
}
