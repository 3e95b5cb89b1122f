import { expect } from 'chai';
import { type AuditEntry, digestOf } from './entry.ts';
import { auditPublicKey, generateAuditKey, readAuditKey, readAuditPublicKey } from './keys.ts';
import { type Checkpoint, checkpointOf, GENESIS, hashOf, makeSeal, type Seal } from './seal.ts';
import type { Verdict } from './verdict.ts';
import { verifyChain } from './verify-chain.ts';

const KEY = readAuditKey(generateAuditKey());
const PUBLIC_KEY = readAuditPublicKey(auditPublicKey(KEY));
const STRANGER = readAuditKey(generateAuditKey());

interface Log {
  seals: Seal[];
  entries: AuditEntry[];
  checkpoints: Checkpoint[];
}

/** Three seals of three entries each; ids have gaps, as sequences have. */
function soundLog(): Log {
  const log: Log = { seals: [], entries: [], checkpoints: [] };
  for (const number of [1, 2, 3]) extend(log, { number });
  return log;
}

function extend(
  log: Log,
  { number, epoch = 1, key = KEY }: { number: number; epoch?: number; key?: typeof KEY },
) {
  const first = (log.entries.at(-1)?.id ?? 0) + 2;
  const entries = [first, first + 1, first + 3].map(entry);
  const content = {
    number,
    epoch,
    sealedAt: '2026-11-23T17:00:00.000Z',
    previous: log.seals.length === 0 ? GENESIS : hashOf(log.seals.at(-1)?.content ?? ''),
    entries: entries.map((said): [number, string] => [said.id, digestOf(said)]),
  };
  const seal = makeSeal(content, key);
  log.seals.push(seal);
  log.entries.push(...entries);
  log.checkpoints.push(checkpointOf(seal));
}

function entry(id: number): AuditEntry {
  return {
    id,
    at: '2026-11-23T16:59:59.000001Z',
    actor: 'api:1',
    action: 'tenant.request',
    tenantId: null,
    requestId: `request ${id}`,
    detail: { plan: 'team', number: id },
  };
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

function verify(log: Log, sealedUntil = '2026-11-23T17:00:00.000Z'): Promise<Verdict> {
  const { checkpoints } = log;
  const [seals, entries] = [each(log.seals), each(log.entries)];
  return verifyChain({ seals, entries, checkpoints, publicKey: PUBLIC_KEY, sealedUntil });
}

/** What a tampered log is found guilty of, as `kind entry/seal`. */
async function findings(tamper: (log: Log) => void): Promise<string[]> {
  const log = soundLog();
  tamper(log);
  const { problems } = await verify(log);
  return problems.map(({ kind, entry: id, seal }) => `${kind} ${id ?? '-'}/${seal ?? '-'}`);
}

/** The entry at a place of the log. */
function at(log: Log, index: number): AuditEntry {
  return log.entries[index] ?? expect.fail(`no entry at ${index}`);
}

describe('the audit chain', () => {
  it('is sound as it was made', async () => {
    expect(await verify(soundLog())).to.deep.equal({
      problems: [],
      breaks: [],
      seals: 3,
      sealedEntries: 9,
      unsealedEntries: 0,
    });
  });

  for (const field of ['at', 'actor', 'action', 'tenantId', 'requestId', 'detail'] as const) {
    it(`shows an entry whose ${field} was changed`, async () => {
      const found = await findings((log) => log.entries.splice(4, 1, { ...at(log, 4), [field]: 'x' }));
      expect(found).to.deep.equal([`changed entry ${at(soundLog(), 4).id}/2`]);
    });
  }

  it('shows entries that changed places', async () => {
    const found = await findings((log) => {
      const [first, second] = [at(log, 3), at(log, 5)];
      log.entries.splice(3, 1, { ...second, id: first.id });
      log.entries.splice(5, 1, { ...first, id: second.id });
    });
    expect(found).to.deep.equal(['reordered entry 7/2', 'reordered entry 10/2']);
  });

  it('shows an entry that was taken out, and one put in', async () => {
    expect(await findings((log) => log.entries.splice(0, 1))).to.deep.equal(['missing entry 2/1']);
    expect(await findings((log) => log.entries.splice(2, 0, entry(4)))).to.deep.equal(['added entry 4/1']);
  });

  it('shows seals that were taken out, once', async () => {
    const found = await findings((log) => log.seals.splice(1, 1));
    expect(found).to.include('missing seals -/2');
    expect(found.filter((finding) => !finding.startsWith('added entry'))).to.have.length(1);
  });

  it('shows a first seal that was taken out with its entries', async () => {
    const found = await findings((log) => [log.seals.shift(), log.entries.splice(0, 3)]);
    expect(found).to.deep.equal(['missing seals -/1']);
  });

  it('shows a seal that was changed, even to fit a changed entry', async () => {
    const found = await findings((log) => {
      const forged = { ...at(log, 4), actor: 'x' };
      const [seal] = log.seals.splice(1, 1);
      const content = (seal?.content ?? '').replace(digestOf(at(log, 4)), digestOf(forged));
      log.entries.splice(4, 1, forged);
      log.seals.splice(1, 0, { number: 2, content, signature: seal?.signature ?? '' });
    });
    expect(found).to.deep.equal(['forged seal -/2', 'rewritten -/2']);
  });

  it('shows a seal that no longer is one', async () => {
    const found = await findings((log) =>
      log.seals.splice(2, 1, { number: 3, content: '{}', signature: '' }),
    );
    expect(found[0]).to.equal('damaged seal -/3');
  });

  it('shows a seal that another key signed', async () => {
    const found = await findings((log) => extend(log, { number: 4, key: STRANGER }));
    expect(found).to.deep.equal(['forged seal -/4', 'forged checkpoint -/4']);
  });

  it('shows a log written anew by the key itself, against its checkpoints', async () => {
    const log: Log = { seals: [], entries: [], checkpoints: soundLog().checkpoints };
    extend(log, { number: 1, epoch: 2 });
    log.checkpoints.pop();
    expect((await verify(log)).problems.map(({ kind }) => kind)).to.deep.equal(['rewritten', 'cut off']);
  });

  it('shows a log that was cut off, entries and seals, to nothing as well', async () => {
    const cut = await findings((log) => [log.seals.pop(), log.entries.splice(6)]);
    expect(cut).to.deep.equal(['cut off -/3']);
    expect(await findings((log) => [log.seals.splice(0), log.entries.splice(0)])).to.deep.equal([
      'cut off -/3',
    ]);
  });

  it('shows entries that nobody seals, but not the newest', async () => {
    const log = soundLog();
    log.entries.push(entry(100));
    expect((await verify(log)).problems.map(({ kind }) => kind)).to.deep.equal(['unsealed entry']);
    expect((await verify(log, '2026-11-23T16:59:00.000Z')).problems).to.deep.equal([]);
    expect((await verify(log)).unsealedEntries).to.equal(1);
  });

  it('tells of seals that a restore lost, and calls it no problem', async () => {
    const log = soundLog();
    // Restored to seal 1: two and three, and their entries, are gone; a new epoch began.
    log.seals.splice(1);
    log.entries.splice(3);
    extend(log, { number: 4, epoch: 2 });
    const { problems, breaks } = await verify(log);
    expect(problems).to.deep.equal([]);
    expect(breaks).to.deep.equal([{ from: 2, to: 3, epoch: 2 }]);
  });

  it('takes no gap for a restore while the epoch is the old one', async () => {
    const found = await findings((log) => {
      log.seals.splice(1);
      log.entries.splice(3);
      extend(log, { number: 4 });
    });
    expect(found).to.deep.equal(['missing seals -/2']);
  });
});
