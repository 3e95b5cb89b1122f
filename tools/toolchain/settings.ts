import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { SetUpError } from './set-up-error.ts';

export type Way = 'path' | 'download' | 'build';

export interface Settings {
  /** Absolute path; may not exist yet. */
  readonly cacheDirectory: string;
  /** The only way allowed, or undefined for path, download, build in that order. */
  readonly way: Way | undefined;
}

const absolutePath = z.string().startsWith('/', 'must be an absolute path');
const emptyIsUnset = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const environmentSchema = z.object({
  LANDLORD_CACHE: emptyIsUnset(absolutePath),
  XDG_CACHE_HOME: emptyIsUnset(absolutePath),
  TOOLCHAIN: emptyIsUnset(
    z.enum(
      ['path', 'download', 'build'],
      'must be path, download or build, or be left unset to try all three',
    ),
  ),
});

/** Reads the settings from the environment. Throws SetUpError that names the variable and the rule. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.')}=${environment[String(path[0])]}: ${message}`,
    );
    throw new SetUpError(problems.join('\n'));
  }
  const { LANDLORD_CACHE, XDG_CACHE_HOME, TOOLCHAIN } = parsed.data;
  return { cacheDirectory: LANDLORD_CACHE ?? defaultCache(XDG_CACHE_HOME), way: TOOLCHAIN };
}

/** Root's own home is closed to others, but PostgreSQL runs as an ordinary user and must read its binaries. */
function defaultCache(xdgCacheHome: string | undefined): string {
  if (process.getuid?.() === 0) return '/var/cache/landlord';
  return join(xdgCacheHome ?? join(homedir(), '.cache'), 'landlord');
}
