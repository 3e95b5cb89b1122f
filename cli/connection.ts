/** Where the API is, and the token it wants. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';

export interface Connection {
  /** Base address, without `/v1`. */
  readonly url: string;
  readonly token: string;
}

const connectionSchema = z
  .object({
    LANDLORD_API_URL: z
      .string('is missing')
      .pipe(z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })),
    LANDLORD_API_TOKEN: z
      .string('is missing')
      .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces'),
  })
  .transform((values): Connection => ({ url: values.LANDLORD_API_URL, token: values.LANDLORD_API_TOKEN }));

const CHECKOUT = join(import.meta.dirname, '..');
const DIRECTORIES = [process.cwd(), CHECKOUT];

/**
 * Where the API is, by findSettings.
 * @throws CommandError when there is none, or one that does not parse
 */
export function findConnection(environment = process.env, directories = DIRECTORIES): Connection {
  const { values, source } = findSettings(environment, directories);
  return parseConnection(values, source);
}

export interface Settings {
  readonly values: Readonly<Record<string, string | undefined>>;
  /** Where they come from, for people. */
  readonly source: string;
}

/**
 * The environment when it names an API, else the dev.env that `make up` writes: of the current directory, else of the
 * checkout this command lies in.
 * @throws CommandError when there is none
 */
export function findSettings(environment = process.env, directories = DIRECTORIES): Settings {
  if (environment.LANDLORD_API_URL !== undefined || environment.LANDLORD_API_TOKEN !== undefined) {
    return { values: environment, source: 'the environment' };
  }
  for (const directory of directories) {
    const path = join(directory, '.landlord', 'dev.env');
    const text = readIfThere(path);
    if (text !== undefined) return { values: parseEnv(text), source: path };
  }
  throw new CommandError(
    EXIT.unreachable,
    'no Landlord to talk to: run "make up" in the checkout, or set LANDLORD_API_URL and LANDLORD_API_TOKEN',
  );
}

function parseConnection(values: Readonly<Record<string, string | undefined>>, source: string): Connection {
  const result = connectionSchema.safeParse(values);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new CommandError(EXIT.usage, `cannot use the connection in ${source}: ${problems.join('; ')}`);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CommandError(EXIT.failure, `cannot read ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
