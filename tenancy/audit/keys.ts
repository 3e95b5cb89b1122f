/** The Ed25519 keys of the audit log, as one line of text each. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A fresh private key: PKCS #8 in base64url. */
export function generateAuditKey(): string {
  return generateKeyPairSync('ed25519')
    .privateKey.export({ format: 'der', type: 'pkcs8' })
    .toString('base64url');
}

/** @throws Error when the text is no private key */
export function readAuditKey(text: string): KeyObject {
  const key = read('private', () =>
    createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' }),
  );
  return requireEd25519(key);
}

/** @throws Error when the text is no public key */
export function readAuditPublicKey(text: string): KeyObject {
  const key = read('public', () =>
    createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' }),
  );
  return requireEd25519(key);
}

/** The public half: SubjectPublicKeyInfo in base64url. */
export function auditPublicKey(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64url');
}

function read(kind: 'private' | 'public', parse: () => KeyObject): KeyObject {
  try {
    return parse();
  } catch (cause) {
    throw new Error(`must be an Ed25519 ${kind} key: DER in base64, on one line`, { cause });
  }
}

function requireEd25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new Error(`must be an Ed25519 key, not ${key.asymmetricKeyType}`);
}
