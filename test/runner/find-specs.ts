/** The spec files of a run: those named, or all of the checkout. */
import { existsSync, globSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Absolute paths. Whole journeys (`test/`) come first, so that no long file is left for the end. */
export function findSpecs(named: readonly string[]): string[] {
  const missing = named.find((path) => !existsSync(path));
  if (missing !== undefined) throw new Error(`there is no spec file ${missing}`);
  if (named.length > 0) return named.map((path) => resolve(path));
  const specs = globSync('**/*.spec.ts', { cwd: ROOT, exclude: ['**/node_modules', '.landlord'] });
  const isJourney = (path: string) => path.startsWith('test/');
  const ordered = specs.sort((a, b) => Number(isJourney(b)) - Number(isJourney(a)) || a.localeCompare(b));
  return ordered.map((path) => join(ROOT, path));
}
