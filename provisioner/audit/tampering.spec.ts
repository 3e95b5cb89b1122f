/** The audit log against its own database's superuser. */
import { expect } from 'chai';
import { type TestAudit, testAudit, writeEntries } from '../../test/support/audit.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { withSuperuser } from '../../test/support/superuser.ts';
import { sealEntries } from './seal-entries.ts';

const SIX_ENTRIES_IN_TWO_SEALS = 2;

describe('the audit log', () => {
  let database: TestDatabase;
  let audit: TestAudit;

  beforeEach(async () => {
    database = await createControlDatabase();
    audit = await testAudit(database.pool);
    for (let seal = 0; seal < SIX_ENTRIES_IN_TWO_SEALS; seal += 1) {
      await writeEntries(database.pool, 3);
      await sealEntries(audit);
    }
  });
  afterEach(async () => {
    await audit.remove();
    await database.drop();
  });

  const changes = [
    `UPDATE audit SET actor = 'x'`,
    'DELETE FROM audit',
    'TRUNCATE audit',
    `UPDATE audit_seals SET content = ''`,
    'DELETE FROM audit_seals',
    'TRUNCATE audit_seals',
    `INSERT INTO audit AS a (id, actor, action, request_id) OVERRIDING SYSTEM VALUE VALUES (1, 'x', 'x', 'x')
     ON CONFLICT (id) DO UPDATE SET actor = 'x'`,
    `MERGE INTO audit USING (VALUES (1)) AS v (id) ON v.id = audit.id WHEN MATCHED THEN DELETE`,
  ];
  for (const change of changes) {
    it(`refuses its owner and the superuser: ${change.replaceAll(/\s+/g, ' ')}`, async () => {
      const refusals = await Promise.all([
        refusalOf(database.pool.query(change)),
        withSuperuser((client) => refusalOf(client.query(change)), database.url),
        withSuperuser(
          (client) => refusalOf(client.query(`SET session_replication_role = replica; ${change}`)),
          database.url,
        ),
      ]);
      for (const refusal of refusals) expect(refusal).to.equal('42501');
      expect((await audit.verify()).problems).to.deep.equal([]);
    });
  }

  const tampering: [what: string, statements: string, found: string[]][] = [
    ['a changed entry', `UPDATE audit SET detail = '{"number": 7}' WHERE id = 2`, ['changed entry 2']],
    [
      'an entry of another time',
      `UPDATE audit SET at = at + interval '1 microsecond' WHERE id = 2`,
      ['changed entry 2'],
    ],
    ['an entry taken out', 'DELETE FROM audit WHERE id = 5', ['missing entry 5']],
    [
      'entries that changed places',
      `UPDATE audit AS a SET (at, request_id, detail) =
         (SELECT at, request_id, detail FROM audit AS b WHERE b.id = 5 - a.id) WHERE id IN (2, 3)`,
      ['reordered entry 2', 'reordered entry 3'],
    ],
    [
      'an entry put in',
      `INSERT INTO audit (id, actor, action, request_id) OVERRIDING SYSTEM VALUE VALUES (0, 'x', 'x', 'x')`,
      ['added entry 0'],
    ],
    ['a cut end', 'DELETE FROM audit WHERE id > 3; DELETE FROM audit_seals WHERE number > 1', ['cut off -']],
    ['all of it taken away', 'TRUNCATE audit, audit_seals', ['cut off -']],
    ['a seal taken out', 'DELETE FROM audit_seals WHERE number = 1', ['missing seals -']],
  ];
  for (const [what, statements, found] of tampering) {
    it(`shows ${what}, by someone who takes the guards away`, async () => {
      await withSuperuser(
        (client) =>
          client.query(`ALTER TABLE audit DISABLE TRIGGER USER; ALTER TABLE audit_seals DISABLE TRIGGER USER;
            ${statements};
            ALTER TABLE audit ENABLE ALWAYS TRIGGER only_grows; ALTER TABLE audit_seals ENABLE ALWAYS TRIGGER only_grows`),
        database.url,
      );
      const { problems } = await audit.verify();
      expect(problems.map(({ kind, entry = '-' }) => `${kind} ${entry}`)).to.include.members(found);
    });
  }
});

/** The SQLSTATE of a statement's error. */
function refusalOf(statement: Promise<unknown>): Promise<string> {
  return statement.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
}
