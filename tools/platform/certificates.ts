/** X.509 certificates: a certificate authority of our own and what it signs. ECDSA on P-256 throughout. */
import 'reflect-metadata';
import { X509Certificate as ReadCertificate, randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate with its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate says of its holder. Kubernetes reads the user from the common name, groups from the organisation. */
export interface Subject {
  readonly commonName: string;
  readonly organisation?: string;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
const CERTIFICATE_DAYS = 730;
const RENEW_BEFORE_DAYS = 60;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A new authority, valid ten years. */
export async function createAuthority(commonName: string): Promise<KeyPair> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: distinguishedName({ commonName }),
    ...validFor(AUTHORITY_DAYS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

/** A certificate signed by the authority, valid two years: for a server on this machine, or for a client alone. */
export async function issueCertificate(
  authority: KeyPair,
  subject: Subject,
  use: 'server' | 'client',
): Promise<KeyPair> {
  const keys = await generateKeys();
  const issuer = new x509.X509Certificate(authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: distinguishedName(subject),
    issuer: issuer.subjectName,
    ...validFor(CERTIFICATE_DAYS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(extendedUses(use)),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...(use === 'server' ? [serverNames()] : []),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

/** Whether a certificate (PEM) ends within 60 days, or has ended. */
export function isNearItsEnd(certificate: string, now = Date.now()): boolean {
  return new ReadCertificate(certificate).validToDate.getTime() - now < RENEW_BEFORE_DAYS * DAY_MS;
}

/** A server of ours is a client of its peers too (etcd). */
function extendedUses(use: 'server' | 'client'): string[] {
  const client = x509.ExtendedKeyUsage.clientAuth;
  return use === 'server' ? [x509.ExtendedKeyUsage.serverAuth, client] : [client];
}

function serverNames(): x509.SubjectAlternativeNameExtension {
  return new x509.SubjectAlternativeNameExtension([
    { type: 'ip', value: '127.0.0.1' },
    { type: 'dns', value: 'localhost' },
    { type: 'dns', value: 'kubernetes.default.svc' },
  ]);
}

function distinguishedName({ commonName, organisation }: Subject): string {
  return organisation === undefined ? `CN=${commonName}` : `CN=${commonName}, O=${organisation}`;
}

/** An hour back, for clocks that differ. */
function validFor(days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + days * DAY_MS) };
}

/** Positive and unique, as RFC 5280 4.1.2.2 asks. */
function serialNumber(): string {
  return `01${randomBytes(15).toString('hex')}`;
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign']);
}
