/** Verifies the audit log from what it says and what lies outside: no part of the database is trusted. */
import type { KeyObject } from 'node:crypto';
import { compareEntries } from './compare-entries.ts';
import type { AuditEntry } from './entry.ts';
import { EntryReader } from './entry-reader.ts';
import type { Checkpoint, Seal } from './seal.ts';
import type { Problem, Verdict } from './verdict.ts';
import { verifyCheckpoints } from './verify-checkpoints.ts';
import { type ChainLink, type ReadSeal, readSeal, verifyLink } from './verify-link.ts';

export interface AuditRecords {
  /** In order of their number. */
  readonly seals: AsyncIterable<Seal>;
  /** In order of their id. */
  readonly entries: AsyncIterable<AuditEntry>;
  /** From outside the database; without them a log that was cut off at its end looks sound. */
  readonly checkpoints: readonly Checkpoint[];
  readonly publicKey: KeyObject;
  /** The time by which entries must be sealed, ISO 8601: a little before now. */
  readonly sealedUntil: string;
}

/** Finds every entry and seal that was changed, taken out, put in, moved or cut off. */
export async function verifyChain(records: AuditRecords): Promise<Verdict> {
  const { publicKey, checkpoints } = records;
  const entries = new EntryReader(records.entries);
  const problems: Problem[] = [];
  const links: ChainLink[] = [];
  const hashes = new Map<number, string>();
  let previous: ReadSeal | undefined;
  let sealedEntries = 0;
  // Before any entry: one that is sealed meanwhile must not look missing.
  for (const text of await Array.fromAsync(records.seals)) {
    const seal = readSeal(text, publicKey);
    if (seal.result === 'damaged') {
      problems.push(seal.problem);
      continue;
    }
    const link = verifyLink(previous, seal);
    links.push(link);
    const covered = await entries.upTo(seal.content.entries.at(-1)?.[0] ?? 0);
    problems.push(...seal.problems, ...link.problems, ...compareEntries(seal.content, covered));
    hashes.set(seal.content.number, seal.hash);
    sealedEntries += seal.content.entries.length;
    previous = seal;
  }
  const unsealed = await entries.rest();
  problems.push(
    ...verifyCheckpoints(checkpoints, hashes, publicKey),
    ...overdue(unsealed, records.sealedUntil),
  );
  const breaks = links.flatMap((link) => link.breaks);
  return { problems, breaks, seals: hashes.size, sealedEntries, unsealedEntries: unsealed.length };
}

/** Times of equal form compare as text. */
function overdue(unsealed: readonly AuditEntry[], sealedUntil: string): Problem[] {
  return unsealed
    .filter(({ at }) => at < sealedUntil)
    .map(({ id, at }) => ({
      kind: 'unsealed entry',
      entry: id,
      message: `entry ${id} of ${at} is not sealed yet: no worker seals, or its seal was taken away`,
    }));
}
