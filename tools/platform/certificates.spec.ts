import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createAuthority, isNearItsEnd, issueCertificate } from './certificates.ts';
import { ensurePki, pkiFiles } from './pki.ts';

describe('certificates', () => {
  it('are signed by their authority and name their holder', async () => {
    const authority = await createAuthority('test-ca');
    const issued = await issueCertificate(
      authority,
      { commonName: 'me', organisation: 'system:masters' },
      'client',
    );
    const certificate = new X509Certificate(issued.certificate);
    const issuer = new X509Certificate(authority.certificate);
    expect(certificate.checkIssued(issuer)).equals(true);
    expect(certificate.verify(issuer.publicKey)).equals(true);
    expect(certificate.checkPrivateKey(createPrivateKey(issued.key))).equals(true);
    expect(certificate.subject.split('\n')).members(['CN=me', 'O=system:masters']);
    expect(issuer.ca).equals(true);
    expect(certificate.ca).equals(false);
  });

  it('of servers are for this machine alone', async () => {
    const authority = await createAuthority('test-ca');
    const issued = await issueCertificate(authority, { commonName: 'server' }, 'server');
    const certificate = new X509Certificate(issued.certificate);
    expect(certificate.checkIP('127.0.0.1')).equals('127.0.0.1');
    expect(certificate.checkHost('landlord.example')).equals(undefined);
  });

  it('are near their end sixty days before it', async () => {
    const { certificate } = await createAuthority('test-ca');
    const end = new X509Certificate(certificate).validToDate.getTime();
    const day = 86_400_000;
    expect(isNearItsEnd(certificate, end - 61 * day)).equals(false);
    expect(isNearItsEnd(certificate, end - 59 * day)).equals(true);
  });
});

describe('the files of certificates', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pki-'));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('are kept while they are good, their keys for their owner alone', async () => {
    await ensurePki(directory);
    const files = pkiFiles(directory);
    const before = readFileSync(files.certificate('admin'), 'utf8');
    await ensurePki(directory);
    expect(readFileSync(files.certificate('admin'), 'utf8')).equals(before);
    for (const key of [files.key('admin'), files.serviceAccountKey])
      expect(statSync(key).mode & 0o077).equals(0);
  });

  it('that are missing are made anew by the same authority', async () => {
    await ensurePki(directory);
    const files = pkiFiles(directory);
    const authority = readFileSync(files.authority, 'utf8');
    rmSync(files.certificate('kwok'));
    await ensurePki(directory);
    expect(readFileSync(files.authority, 'utf8')).equals(authority);
    expect(new X509Certificate(readFileSync(files.certificate('kwok'))).subject).equals('CN=landlord:kwok');
  });

  it('are all made anew with their authority', async () => {
    await ensurePki(directory);
    const files = pkiFiles(directory);
    rmSync(files.authority);
    await ensurePki(directory);
    const issuer = new X509Certificate(readFileSync(files.authority));
    expect(new X509Certificate(readFileSync(files.certificate('admin'))).verify(issuer.publicKey)).equals(
      true,
    );
  });
});
