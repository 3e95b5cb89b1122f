/** What an audit log is verified by: a key and checkpoints, neither of them taken from the API that is to be verified. */
import type { KeyObject } from 'node:crypto';
import { readAuditPublicKey } from '../tenancy/audit/keys.ts';
import { CommandError } from './command-error.ts';
import { findSettings } from './connection.ts';
import { EXIT } from './exit-codes.ts';

export interface AuditSettings {
  readonly publicKey: KeyObject;
  /** The directory of checkpoints, when there is one. */
  readonly checkpoints: string | undefined;
}

export interface AuditOptions {
  readonly publicKey?: string;
  readonly checkpoints?: string;
}

/** From the options, else from where the connection comes from. @throws CommandError without a usable key */
export function findAuditSettings(options: AuditOptions): AuditSettings {
  const { values } = findSettings();
  const key = options.publicKey ?? values.LANDLORD_AUDIT_PUBLIC_KEY;
  if (key === undefined) {
    throw new CommandError(
      EXIT.usage,
      'no key to verify by: give --public-key, or set LANDLORD_AUDIT_PUBLIC_KEY',
    );
  }
  const checkpoints = options.checkpoints ?? values.LANDLORD_CHECKPOINTS_DIRECTORY;
  return { publicKey: parseKey(key), checkpoints };
}

function parseKey(text: string): KeyObject {
  try {
    return readAuditPublicKey(text);
  } catch (cause) {
    throw new CommandError(EXIT.usage, `the public key ${(cause as Error).message}`, { cause });
  }
}
