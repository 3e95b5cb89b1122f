/** The platform's certificates and keys as files; made when missing, renewed near their end. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createAuthority,
  isNearItsEnd,
  issueCertificate,
  type KeyPair,
  type Subject,
} from './certificates.ts';
import { writePrivateFile } from './private-file.ts';

export type CertificateName =
  | 'server'
  | 'admin'
  | 'controller-manager'
  | 'scheduler'
  | 'kwok'
  | 'etcd-client';

/** The user names are those that Kubernetes' own RBAC rules name. */
const CERTIFICATES: Readonly<Record<CertificateName, Subject & { use: 'server' | 'client' }>> = {
  server: { commonName: 'landlord-platform', use: 'server' },
  admin: { commonName: 'landlord-admin', organisation: 'system:masters', use: 'client' },
  'controller-manager': { commonName: 'system:kube-controller-manager', use: 'client' },
  scheduler: { commonName: 'system:kube-scheduler', use: 'client' },
  kwok: { commonName: 'landlord:kwok', use: 'client' },
  'etcd-client': { commonName: 'kube-apiserver', use: 'client' },
};

export interface PkiFiles {
  readonly authority: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
  readonly certificate: (name: CertificateName) => string;
  readonly key: (name: CertificateName) => string;
}

/** Where the files of a directory are, whether they exist or not. */
export function pkiFiles(directory: string): PkiFiles {
  const file = (name: string) => join(directory, name);
  return {
    authority: file('ca.crt'),
    serviceAccountKey: file('service-account.key'),
    serviceAccountPublicKey: file('service-account.pub'),
    certificate: (name) => file(`${name}.crt`),
    key: (name) => file(`${name}.key`),
  };
}

/** Makes what is missing or near its end. A new authority makes every certificate new. */
export async function ensurePki(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const files = pkiFiles(directory);
  ensureServiceAccountKeys(files);
  const kept = readPair(files.authority, join(directory, 'ca.key'));
  const authority = kept ?? (await createAuthority('landlord-platform-ca'));
  const issue = async ([name, subject]: [string, Subject & { use: 'server' | 'client' }]) => {
    const [certificate, key] = [join(directory, `${name}.crt`), join(directory, `${name}.key`)];
    if (kept !== undefined && readPair(certificate, key) !== undefined) return;
    writePair(certificate, key, await issueCertificate(authority, subject, subject.use));
  };
  await Promise.all(Object.entries(CERTIFICATES).map(issue));
  // Last, so that an interrupt before it makes all of them anew.
  if (kept === undefined) writePair(files.authority, join(directory, 'ca.key'), authority);
}

/** The pair in two files; undefined when one is missing or the certificate is near its end. */
function readPair(certificateFile: string, keyFile: string): KeyPair | undefined {
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  const certificate = readFileSync(certificateFile, 'utf8');
  return isNearItsEnd(certificate) ? undefined : { certificate, key: readFileSync(keyFile, 'utf8') };
}

/** The key first: a certificate without its key would look complete. */
function writePair(certificateFile: string, keyFile: string, pair: KeyPair): void {
  writePrivateFile(keyFile, pair.key);
  writeFileSync(certificateFile, pair.certificate);
}

function ensureServiceAccountKeys(files: PkiFiles): void {
  if (existsSync(files.serviceAccountKey) && existsSync(files.serviceAccountPublicKey)) return;
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  writePrivateFile(files.serviceAccountKey, privateKey);
  writeFileSync(files.serviceAccountPublicKey, publicKey);
}
