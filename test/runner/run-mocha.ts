/** Runs spec files by mocha, two at a time, each in a worker process. */
import { join } from 'node:path';
import Mocha from 'mocha';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const TEST_TIMEOUT_MS = 20_000;
const RUN_LIMIT_MS = 30 * 60_000;

/** The counts of the run. A failed hook counts as a failure. @throws Error when the run exceeds half an hour */
export async function runMocha(files: readonly string[]): Promise<Counts> {
  const mocha = new Mocha({
    parallel: true,
    jobs: 2,
    timeout: TEST_TIMEOUT_MS,
    slow: 1_000,
    reporter: 'spec',
    forbidOnly: true,
    require: [join(import.meta.dirname, 'root-hooks.ts')],
  });
  for (const file of files) mocha.addFile(file);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const message = `the specs did not end within ${RUN_LIMIT_MS / 60_000} minutes`;
  const limit = setTimeout(() => reject(new Error(message)), RUN_LIMIT_MS);
  const runner = mocha.run(resolve);
  try {
    const failed = await promise;
    return { passed: runner.stats?.passes ?? 0, failed: Math.max(failed, runner.stats?.failures ?? 0) };
  } finally {
    clearTimeout(limit);
  }
}
