/** The command against a real API, on a database that someone tampers with. */
import { expect } from 'chai';
import { sealEntries } from '../provisioner/audit/seal-entries.ts';
import { auditPublicKey, generateAuditKey, readAuditKey } from '../tenancy/audit/keys.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { postSignup, signupBody } from '../test/support/api-request.ts';
import { type TestAudit, testAudit, writeEntries } from '../test/support/audit.ts';
import { type Run, runLandlord } from '../test/support/run-landlord.ts';
import { withSuperuser } from '../test/support/superuser.ts';

describe('landlord audit', function () {
  this.timeout(30_000);
  let api: TestApi;
  let audit: TestAudit;

  before(async () => {
    api = await startApi();
    audit = await testAudit(api.database.pool);
    await postSignup(api, signupBody({ slug: 'audited' }));
    // More entries and seals than one page has.
    await api.database.pool.query(
      `INSERT INTO audit (actor, action, request_id) SELECT 'spec', 'spec.write', n::text FROM generate_series(1, 1200) n`,
    );
    while ((await sealEntries(audit)).result === 'sealed');
    for (let seal = 0; seal < 50; seal += 1) {
      await writeEntries(audit.db, 1);
      await sealEntries(audit);
    }
  });
  after(async () => {
    await audit.remove();
    await api.stop();
  });

  const landlord = (...args: string[]): Promise<Run> => runLandlord(['audit', ...args], { api });
  const verify = (...args: string[]) =>
    landlord('verify', '--public-key', audit.publicKey, '--checkpoints', audit.directory, ...args);

  it('lists what was done to a tenant', async () => {
    const run = await landlord('list', '--tenant', 'audited');
    const [header, entry, ...rest] = run.stdout.trimEnd().split('\n');
    expect(header).to.match(/^ENTRY +AT +ACTOR +ACTION +TENANT +DETAIL$/);
    expect(entry).to.match(/api:[0-9a-f]{12} +tenant\.request +t_\w+ +\{"plan":"team"/);
    expect(rest).to.deep.equal([]);
    const all = await landlord('list', '--json');
    expect(all.stdout.trimEnd().split('\n').length).to.be.at.least(1_251);
  });

  it('finds a log sound, all pages of it', async () => {
    const run = await verify();
    expect(run.stderr).to.equal('');
    expect(run.stdout).to.match(/^The audit log is sound: 1251 entries in 52 seals; \d+ wait/);
    expect(run.code).to.equal(0);
  });

  it('says that without checkpoints a cut end would not show', async () => {
    const run = await landlord('verify', '--public-key', audit.publicKey);
    expect(run.stdout).to.contain('No checkpoints were given');
  });

  it('wants a key, and one that is', async () => {
    for (const args of [[], ['--public-key', 'x'], ['--public-key', Buffer.alloc(44).toString('base64')]]) {
      const run = await landlord('verify', ...args);
      expect([run.code, run.stderr]).to.satisfy(
        ([code, text]: [number, string]) => code === 2 && text.includes('key'),
      );
    }
  });

  it('finds every seal forged under another key', async () => {
    const stranger = auditPublicKey(readAuditKey(generateAuditKey()));
    const run = await landlord('verify', '--public-key', stranger, '--json');
    expect(run.code).to.equal(1);
    expect(JSON.parse(run.stdout).problems).to.have.length(52);
  });

  it('names what was tampered with, and ends with 1', async () => {
    await withSuperuser(
      (client) =>
        client.query(`ALTER TABLE audit DISABLE TRIGGER USER;
          UPDATE audit SET actor = 'nobody' WHERE id = 1100; DELETE FROM audit WHERE id = 7`),
      api.database.url,
    );
    const run = await verify();
    expect(run.stdout).to.contain('missing entry  entry 7 of seal 1 is gone');
    expect(run.stdout).to.contain('changed entry  entry 1100 was changed after seal 2 was made');
    expect(run.stderr).to.contain('the audit log is not sound: 2 findings');
    expect(run.code).to.equal(1);
  });
});
