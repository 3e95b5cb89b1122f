/** An audit log of a spec's own: its key, its checkpoints' directory, and its verdict. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { openCheckpoints } from '../../provisioner/audit/checkpoints.ts';
import type { SealingParts } from '../../provisioner/audit/seal-entries.ts';
import { appendAudit } from '../../provisioner/store/append-audit.ts';
import { readAuditEntries } from '../../provisioner/store/audit-entries.ts';
import { readSeals } from '../../provisioner/store/audit-seals.ts';
import {
  auditPublicKey,
  generateAuditKey,
  readAuditKey,
  readAuditPublicKey,
} from '../../tenancy/audit/keys.ts';
import { type Checkpoint, checkpointSchema } from '../../tenancy/audit/seal.ts';
import type { Verdict } from '../../tenancy/audit/verdict.ts';
import { verifyChain } from '../../tenancy/audit/verify-chain.ts';

export interface TestAudit extends SealingParts {
  readonly directory: string;
  /** For `--public-key`. */
  readonly publicKey: string;
  /** All checkpoints, in no order. */
  readCheckpoints(): Promise<Checkpoint[]>;
  verify(): Promise<Verdict>;
  remove(): Promise<void>;
}

/** What seals and verifies the audit log of this control database. */
export async function testAudit(db: pg.Pool): Promise<TestAudit> {
  const directory = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  const key = readAuditKey(generateAuditKey());
  const publicKey = auditPublicKey(key);
  const readCheckpoints = () => checkpointsIn(directory);
  return {
    db,
    key,
    directory,
    publicKey,
    readCheckpoints,
    checkpoints: await openCheckpoints(directory),
    verify: () => verifyAuditLog(db, { publicKey, directory }),
    remove: () => rm(directory, { recursive: true }),
  };
}

/** Verifies the audit log of a control database against its checkpoints; entries that wait for their seal are no finding. */
export async function verifyAuditLog(
  db: pg.Pool,
  { publicKey, directory }: { publicKey: string; directory: string },
): Promise<Verdict> {
  return verifyChain({
    seals: each(await readSeals(db, 0, 10_000)),
    entries: each(await readAuditEntries(db, { limit: 100_000 })),
    checkpoints: await checkpointsIn(directory),
    publicKey: readAuditPublicKey(publicKey),
    sealedUntil: new Date(0).toISOString(),
  });
}

/** Writes so many entries, each in a transaction of its own. */
export async function writeEntries(db: pg.Pool, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    const requestId = crypto.randomUUID();
    await appendAudit(db, {
      actor: 'spec',
      action: 'spec.write',
      tenantId: null,
      requestId,
      detail: { number },
    });
  }
}

async function checkpointsIn(directory: string): Promise<Checkpoint[]> {
  const names = await readdir(directory, { recursive: true });
  const texts = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFile(join(directory, name), 'utf8'));
  return (await Promise.all(texts)).map((text) => checkpointSchema.parse(JSON.parse(text)));
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
