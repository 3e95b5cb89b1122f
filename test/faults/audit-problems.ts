/** The audit log of a stage: its chain, and that each acceptance stands in it once. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAuditEntries } from '../../provisioner/store/audit-entries.ts';
import { readSeals } from '../../provisioner/store/audit-seals.ts';
import { auditPublicKey, readAuditKey, readAuditPublicKey } from '../../tenancy/audit/keys.ts';
import { type Checkpoint, checkpointSchema } from '../../tenancy/audit/seal.ts';
import { verifyChain } from '../../tenancy/audit/verify-chain.ts';
import { AUDIT_KEY, checkpointsDirectory } from '../support/worker-process.ts';
import type { Stage } from './stage.ts';

const ALL = 1_000_000;

export async function auditProblems(stage: Stage): Promise<string[]> {
  const db = stage.control.pool;
  // In this order, for workers go on sealing: what is read later can only be ahead.
  const checkpoints = await readCheckpoints(checkpointsDirectory(stage.runsDirectory));
  const seals = await readSeals(db, 0, ALL);
  const entries = await readAuditEntries(db, { limit: ALL });
  const verdict = await verifyChain({
    seals: each(seals),
    entries: each(entries),
    checkpoints,
    publicKey: readAuditPublicKey(auditPublicKey(readAuditKey(AUDIT_KEY))),
    // How soon entries are sealed depends on workers, which a case may have ended.
    sealedUntil: new Date(0).toISOString(),
  });
  const times = new Map<string | null, number>();
  for (const { action, tenantId } of entries) {
    if (action === 'tenant.request') times.set(tenantId, (times.get(tenantId) ?? 0) + 1);
  }
  const unrecorded = [...stage.accepted.values()].filter((id) => times.get(id) !== 1);
  return [
    ...verdict.problems.map(({ message }) => `audit log: ${message}`),
    ...unrecorded.map((id) => `audit log: the acceptance of ${id} does not stand in it exactly once`),
  ];
}

async function readCheckpoints(directory: string): Promise<Checkpoint[]> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const texts = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFile(join(directory, name), 'utf8'));
  return (await Promise.all(texts)).map((text) => checkpointSchema.parse(JSON.parse(text)));
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
