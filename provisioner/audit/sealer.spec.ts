import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type TestAudit, testAudit, writeEntries } from '../../test/support/audit.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { withSuperuser } from '../../test/support/superuser.ts';
import { appendAudit } from '../store/append-audit.ts';
import { LARGEST_BATCH, sealEntries } from './seal-entries.ts';

const ENTRY = { actor: 'spec', action: 'spec.write', tenantId: null, requestId: 'r' };

describe('sealing', () => {
  let database: TestDatabase;
  let audit: TestAudit;
  beforeEach(async () => {
    database = await createControlDatabase();
    audit = await testAudit(database.pool);
  });
  afterEach(async () => {
    await audit.remove();
    await database.drop();
  });

  const seal = () => sealEntries(audit);

  it('seals what is new, and nothing when nothing is', async () => {
    expect(await seal()).to.deep.equal({ result: 'nothing new' });
    await writeEntries(database.pool, 3);
    expect(await seal()).to.include({ result: 'sealed', entries: 3 });
    expect(await seal()).to.deep.equal({ result: 'nothing new' });
    await writeEntries(database.pool, 1);
    expect(await seal()).to.include({ result: 'sealed', entries: 1 });
    expect(await audit.verify()).to.deep.equal({
      problems: [],
      breaks: [],
      seals: 2,
      sealedEntries: 4,
      unsealedEntries: 0,
    });
    expect((await audit.readCheckpoints()).map(({ number }) => number).sort()).to.deep.equal([1, 2]);
  });

  it('leaves out no entry whose transaction commits after later ones', async () => {
    const slow = await database.pool.connect();
    await slow.query('BEGIN');
    await appendAudit(slow, ENTRY);
    await writeEntries(database.pool, 1);
    // The sealer can't know yet whether entry 1 will be: it waits rather than pass it over.
    const meanwhile = await seal();
    await slow.query('COMMIT');
    slow.release();
    expect(meanwhile).to.deep.equal({ result: 'unsettled' });
    expect(await seal()).to.include({ result: 'sealed', entries: 2 });
    expect((await audit.verify()).problems).to.deep.equal([]);
  });

  it('passes over ids of transactions that were rolled back', async () => {
    await writeEntries(database.pool, 1);
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await appendAudit(client, ENTRY);
    await client.query('ROLLBACK');
    client.release();
    await writeEntries(database.pool, 1);
    expect(await seal()).to.include({ result: 'sealed', entries: 2 });
    expect((await audit.verify()).problems).to.deep.equal([]);
  });

  it('makes one chain, however many seal and write at once', async () => {
    let areWriting = true;
    const writers = Array.from({ length: 4 }, () => writeEntries(database.pool, 25));
    const written = Promise.all(writers).then(() => {
      areWriting = false;
    });
    const sealers = Array.from({ length: 3 }, async () => {
      while (areWriting) await seal();
    });
    await Promise.all([...sealers, written]);
    while ((await seal()).result === 'sealed');
    const verdict = await audit.verify();
    expect(verdict.problems).to.deep.equal([]);
    expect(verdict).to.include({ sealedEntries: 100, unsealedEntries: 0 });
  });

  it('is not held up by a vacuum', async () => {
    await writeEntries(database.pool, 1);
    const vacuum = await database.pool.connect();
    await vacuum.query('BEGIN');
    // What a vacuum holds all along.
    await vacuum.query('LOCK TABLE audit IN SHARE UPDATE EXCLUSIVE MODE');
    const sealed = await seal();
    await vacuum.query('ROLLBACK');
    vacuum.release();
    expect(sealed).to.include({ result: 'sealed' });
  });

  it('seals a backlog batch by batch', async () => {
    await database.pool.query(
      `INSERT INTO audit (actor, action, request_id) SELECT 'spec', 'spec.write', n::text FROM generate_series(1, $1) n`,
      [LARGEST_BATCH + 1],
    );
    expect(await seal()).to.include({ entries: LARGEST_BATCH });
    expect(await seal()).to.include({ entries: 1 });
    expect((await audit.verify()).problems).to.deep.equal([]);
  });

  it('makes up for a checkpoint that a crash left out', async () => {
    await writeEntries(database.pool, 1);
    await seal();
    const [folder = ''] = await readdir(audit.directory);
    await rm(join(audit.directory, folder), { recursive: true });
    expect(await seal()).to.deep.equal({ result: 'nothing new' });
    expect(await audit.readCheckpoints()).to.have.length(1);
  });

  it('stops when seals were taken away, and goes on in a new epoch', async () => {
    for (const count of [2, 3, 4]) {
      await writeEntries(database.pool, count);
      await seal();
    }
    await restoreToSeal(1, 2);
    await writeEntries(database.pool, 1);
    const refused = await seal().catch((error: Error) => error.message);
    expect(refused).to.match(/ends at seal 1, .* another seal 3/);
    await database.pool.query('UPDATE control_epoch SET epoch = 2');
    expect(await seal()).to.include({ result: 'sealed', entries: 1 });
    const verdict = await audit.verify();
    expect(verdict.problems).to.deep.equal([]);
    expect(verdict.breaks).to.deep.equal([{ from: 2, to: 3, epoch: 2 }]);
  });

  /** What a restore leaves: the first seals and entries, and the sequence as it was. */
  async function restoreToSeal(number: number, entry: number): Promise<void> {
    await withSuperuser(
      (client) =>
        client.query(`ALTER TABLE audit DISABLE TRIGGER USER; ALTER TABLE audit_seals DISABLE TRIGGER USER;
          DELETE FROM audit_seals WHERE number > ${number}; DELETE FROM audit WHERE id > ${entry};
          ALTER TABLE audit ALTER COLUMN id RESTART WITH ${entry + 1}`),
      database.url,
    );
  }
});
