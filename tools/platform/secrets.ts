/** The platform's passwords and tokens: random, made once, kept in a file that only its owner may read. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { generateAuditKey } from '../../tenancy/audit/keys.ts';
import { writePrivateFile } from './private-file.ts';

/** Letters, digits, `-` and `_` only: they stand in URLs and configuration files without escaping. */
const secretSchema = z.string().regex(/^[\w-]{20,}$/);
const secretsSchema = z.strictObject({
  /** Used to create the owner role and the databases, for nothing else. */
  postgresSuperuser: secretSchema,
  landlordOwner: secretSchema,
  valkey: secretSchema,
  apiToken: secretSchema,
  /** Encrypts the secrets in Pulumi's state: whoever loses it loses them. */
  statePassphrase: secretSchema,
  /** Signs the audit log's seals: an Ed25519 private key. */
  auditKey: secretSchema,
});
export type Secrets = z.infer<typeof secretsSchema>;

/** The kept secrets; makes them first when the file does not exist. */
export function ensureSecrets(file: string): Secrets {
  const text = readIfExists(file);
  if (text !== undefined) return parseSecrets(file, text);
  const random = Object.keys(secretsSchema.shape).map((name) => [
    name,
    randomBytes(24).toString('base64url'),
  ]);
  const secrets = { ...Object.fromEntries(random), auditKey: generateAuditKey() };
  writePrivateFile(file, `${JSON.stringify(secrets, null, 2)}\n`);
  return secretsSchema.parse(secrets);
}

function parseSecrets(file: string, text: string): Secrets {
  const parsed = secretsSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(
    `${file} does not hold this platform's secrets; "make clean" starts anew, without its data`,
    {
      cause: parsed.error,
    },
  );
}

function readIfExists(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`cannot read ${file}: does it belong to another user?`, { cause: error });
  }
}
