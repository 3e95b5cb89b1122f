import type { KeyObject } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { type AuditEntry, digestOf } from '../../tenancy/audit/entry.ts';
import {
  type Checkpoint,
  checkpointOf,
  makeSeal,
  readSealContent,
  type Seal,
} from '../../tenancy/audit/seal.ts';
import { newestAuditEntry, readAuditEntries } from '../store/audit-entries.ts';
import { appendSeal, newestSeal } from '../store/audit-seals.ts';
import { type Queryable, withTransaction } from '../store/transaction.ts';
import type { Checkpoints } from './checkpoints.ts';
import { nextSeal, type SealPosition } from './next-seal.ts';
import { settledEntries } from './settled-entries.ts';

export interface SealingParts {
  readonly db: Pool;
  /** Ed25519, private. */
  readonly key: KeyObject;
  readonly checkpoints: Checkpoints;
}

export type Sealed =
  | { readonly result: 'sealed'; readonly checkpoint: Checkpoint; readonly entries: number }
  | { readonly result: 'nothing new' }
  /** Another process is sealing. */
  | { readonly result: 'busy' }
  /** A transaction has been writing entries for so long that it was not waited for. */
  | { readonly result: 'unsettled' };

/** A seal covers no more entries than this. */
export const LARGEST_BATCH = 1_000;

/**
 * Seals the next batch of entries. Only one process at a time does: the advisory lock ends with the transaction. The
 * checkpoint follows the commit; one that a crash left out is made up for by the next call.
 * @throws Error when the log does not fit its checkpoints, or an engine or the directory can't be used
 */
export async function sealEntries(parts: SealingParts): Promise<Sealed> {
  const last = await newestSeal(parts.db);
  await keepCheckpoint(parts, last);
  if ((await newestAuditEntry(parts.db)) <= lastEntryOf(last)) return { result: 'nothing new' };
  const upTo = await settledEntries(parts.db);
  if (upTo === undefined) return { result: 'unsettled' };
  const sealed = await withTransaction(parts.db, (client) => sealUpTo(parts, client, upTo));
  if (sealed.result === 'sealed') await parts.checkpoints.keep(sealed.checkpoint);
  return sealed;
}

async function sealUpTo(
  { key, checkpoints }: SealingParts,
  client: PoolClient,
  upTo: number,
): Promise<Sealed> {
  if (!(await isOnlySealer(client))) return { result: 'busy' };
  const epoch = await currentEpoch(client);
  const position = nextSeal(await newestSeal(client), await checkpoints.newest(), epoch);
  const entries = await readAuditEntries(client, { after: position.after, upTo, limit: LARGEST_BATCH });
  if (entries.length === 0) return { result: 'nothing new' };
  const seal = makeSeal(contentOf(position, epoch, entries), key);
  await appendSeal(client, seal);
  return { result: 'sealed', checkpoint: checkpointOf(seal), entries: entries.length };
}

function contentOf({ number, previous }: SealPosition, epoch: number, entries: readonly AuditEntry[]) {
  const digests = entries.map((entry): [number, string] => [entry.id, digestOf(entry)]);
  return { number, epoch, sealedAt: new Date().toISOString(), previous, entries: digests };
}

/** One that a crash kept from being written; later ones than the database's are nextSeal's matter. */
async function keepCheckpoint({ checkpoints }: SealingParts, last: Seal | undefined): Promise<void> {
  if (last === undefined) return;
  const checkpoint = checkpointOf(last);
  const newest = await checkpoints.newest();
  if ((newest?.number ?? 0) < checkpoint.number) await checkpoints.keep(checkpoint);
}

function lastEntryOf(last: Seal | undefined): number {
  return last === undefined ? 0 : (readSealContent(last).entries.at(-1)?.[0] ?? 0);
}

async function isOnlySealer(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ taken: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtext('landlord audit sealer')) AS taken`,
  );
  return rows[0]?.taken === true;
}

async function currentEpoch(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ epoch: number }>('SELECT epoch FROM control_epoch');
  return rows[0]?.epoch ?? 1;
}
