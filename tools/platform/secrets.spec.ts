import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { writePrivateFile } from './private-file.ts';
import { ensureSecrets } from './secrets.ts';

describe('secrets', () => {
  let directory: string;
  let file: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'secrets-'));
    file = join(directory, 'secrets.json');
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('are random, kept, and for their owner alone', () => {
    const secrets = ensureSecrets(file);
    expect(new Set(Object.values(secrets)).size).equals(Object.keys(secrets).length);
    expect(ensureSecrets(file)).deep.equals(secrets);
    expect(statSync(file).mode & 0o777).equals(0o600);
  });

  it('of an earlier version are kept, and those that it lacks are made', () => {
    const { auditKey, ...earlier } = ensureSecrets(file);
    writeFileSync(file, JSON.stringify(earlier));
    const secrets = ensureSecrets(file);
    expect(secrets).includes(earlier);
    expect(secrets.auditKey).not.equals(auditKey);
    expect(ensureSecrets(file)).deep.equals(secrets);
  });

  it('are not replaced when the file holds something else', () => {
    writeFileSync(file, '{"landlordOwner": "short"}');
    expect(() => ensureSecrets(file)).throws(/make clean/);
    expect(readFileSync(file, 'utf8')).includes('short');
  });

  it('are written for their owner alone also over a file and a draft that all may read', () => {
    for (const path of [file, `${file}.new`]) writeFileSync(path, 'old', { mode: 0o644 });
    writePrivateFile(file, 'new');
    expect(readFileSync(file, 'utf8')).equals('new');
    expect(statSync(file).mode & 0o777).equals(0o600);
  });
});
