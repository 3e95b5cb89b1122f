/**
 * Runs spec files on a throw-away platform: `node test/run.ts [FILE…]`, without a file all of them. What specs leave
 * behind counts as a failure. The last line is `N passed, N failed`.
 */
import { describeError } from '../tools/platform/describe-error.ts';
import { findLeaks } from './runner/find-leaks.ts';
import { findSpecs } from './runner/find-specs.ts';
import type { RunArea } from './runner/run-area.ts';
import { type Counts, runMocha } from './runner/run-mocha.ts';
import { startEngines } from './runner/throw-away-platform.ts';
import { withRunArea } from './runner/with-run-area.ts';

const specs = findSpecs(process.argv.slice(2));
const counts = await withRunArea(runSpecs).catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  return { passed: 0, failed: 1 };
});
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

async function runSpecs(area: RunArea): Promise<Counts> {
  const start = Date.now();
  const addresses = await startEngines(area.platform);
  process.stdout.write(`Throw-away platform up in ${((Date.now() - start) / 1000).toFixed(1)} s.\n`);
  Object.assign(process.env, addresses, { TMPDIR: area.temporary, LANDLORD_TEST_RUN: area.directory });
  const { passed, failed } = await runMocha(specs);
  const leaks = await findLeaks(area);
  for (const leak of leaks) process.stdout.write(`Left behind by the specs: ${leak}\n`);
  return { passed, failed: failed + leaks.length };
}
