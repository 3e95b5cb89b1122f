#!/usr/bin/env node
/** `node tools/toolchain/main.ts setup`: brings the toolchain. Exit codes: 0 ready, 1 not, 2 wrong usage, 130 interrupted. */
import { setUp } from './set-up.ts';
import { SetUpError } from './set-up-error.ts';
import { readSettings } from './settings.ts';

const usage = `Usage: node tools/toolchain/main.ts setup

Brings everything that the platform runs on into a cache directory outside the checkout.

  TOOLCHAIN       path, download or build: the only way to try (default: each in that order)
  LANDLORD_CACHE  the cache directory (default: /var/cache/landlord for root, else ~/.cache/landlord)
`;

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(name, () => interrupted.abort(name));
/** The user that runs PostgreSQL must be able to read what is made here. */
process.umask(0o022);

process.exitCode = await main(process.argv.slice(2));

async function main(commandArguments: readonly string[]): Promise<number> {
  if (commandArguments.length !== 1 || commandArguments[0] !== 'setup') {
    process.stderr.write(usage);
    return 2;
  }
  try {
    checkPlatform();
    const settings = readSettings(process.env);
    const searchPath = process.env.PATH ?? '';
    await setUp({ ...settings, searchPath, output: process.stdout, signal: interrupted.signal });
    return 0;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  if (interrupted.signal.aborted) {
    process.stderr.write('\nInterrupted. Run the set-up again: it goes on where it stopped.\n');
    return 130;
  }
  const message = error instanceof SetUpError ? error.message : fileRemedy(error);
  if (message === undefined) throw error;
  process.stderr.write(`\nThe set-up failed: ${message}\n`);
  return 1;
}

function fileRemedy(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC')
    return `the disk is full (${error}). Free some space, or point LANDLORD_CACHE elsewhere.`;
  if (code === 'EACCES') return `${error}. Point LANDLORD_CACHE to a directory that you own.`;
  return undefined;
}

function checkPlatform(): void {
  if (process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)) return;
  throw new SetUpError(
    `the platform runs on Linux on x64 or arm64; this is ${process.platform} on ${process.arch}.`,
  );
}
