/** The temporary directory of one test run: `platform/` for the engines, `tmp/` as TMPDIR of the specs. */
import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RunArea {
  readonly directory: string;
  readonly platform: string;
  readonly temporary: string;
}

export function runArea(directory: string): RunArea {
  return { directory, platform: join(directory, 'platform'), temporary: join(directory, 'tmp') };
}

export function createRunArea(): RunArea {
  const area = runArea(mkdtempSync(join(tmpdir(), 'landlord-test-')));
  // PostgreSQL's account passes through it.
  chmodSync(area.directory, 0o755);
  mkdirSync(area.temporary);
  return area;
}
