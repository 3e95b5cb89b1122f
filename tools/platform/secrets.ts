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
  /** A second person's: approves what `apiToken` alone must not do. */
  approverToken: secretSchema,
  /** Encrypts the secrets in Pulumi's state: whoever loses it loses them. */
  statePassphrase: secretSchema,
  /** Signs the audit log's seals: an Ed25519 private key. */
  auditKey: secretSchema,
});
export type Secrets = z.infer<typeof secretsSchema>;
const keptSchema = secretsSchema.partial();

/** The kept secrets. Those that the file lacks, as one of an earlier version does, are made now and kept from then on. */
export function ensureSecrets(file: string): Secrets {
  const text = readIfExists(file);
  const kept = text === undefined ? {} : parseSecrets(file, text);
  const secrets = { ...freshSecrets(), ...kept };
  if (Object.keys(kept).length < Object.keys(secrets).length) {
    writePrivateFile(file, `${JSON.stringify(secrets, null, 2)}\n`);
  }
  return secrets;
}

function freshSecrets(): Secrets {
  const names = Object.keys(secretsSchema.shape);
  const random = names.map((name) => [name, randomBytes(24).toString('base64url')]);
  return secretsSchema.parse({ ...Object.fromEntries(random), auditKey: generateAuditKey() });
}

function parseSecrets(file: string, text: string): Partial<Secrets> {
  const parsed = keptSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data as Partial<Secrets>;
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
