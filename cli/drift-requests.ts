/** Drift and orphans, asked of the API. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  type DriftFinding,
  type DriftPage,
  type DriftScan,
  driftPageSchema,
  driftScanSchema,
  type OrphanList,
  orphanListSchema,
} from '../tenancy/drift-view.ts';
import { CommandError } from './command-error.ts';
import type { Connection } from './connection.ts';
import { EXIT } from './exit-codes.ts';
import { requestJson } from './request-json.ts';

const POLL_MS = 500;

/** All findings, page after page; with the last scan that ended. */
export async function readDrift(
  connection: Connection,
  ended: boolean,
): Promise<{ items: DriftFinding[]; lastScan: DriftScan | null }> {
  const items: DriftFinding[] = [];
  let after: number | null = 0;
  let lastScan: DriftScan | null = null;
  do {
    const path: string = `/v1/drift?ended=${ended}&after=${after}`;
    const page: DriftPage = await requestJson(connection, { method: 'GET', path }, driftPageSchema);
    items.push(...page.items);
    ({ next: after, lastScan } = page);
  } while (after !== null);
  return { items, lastScan };
}

export function readOrphans(connection: Connection): Promise<OrphanList> {
  return requestJson(connection, { method: 'GET', path: '/v1/orphans' }, orphanListSchema);
}

/** Has a worker look now, and returns when it has. @throws CommandError when it has not within the time */
export async function scanNow(connection: Connection, timeoutSeconds: number): Promise<DriftScan> {
  const deadline = performance.now() + timeoutSeconds * 1_000;
  const request = { method: 'POST', path: '/v1/drift/scans' } as const;
  let scan = await requestJson(connection, request, driftScanSchema);
  const path = `/v1/drift/scans/${scan.id}`;
  while (scan.finishedAt === null) {
    if (performance.now() > deadline) throw notInTime(scan, timeoutSeconds);
    await delay(POLL_MS);
    scan = await requestJson(connection, { method: 'GET', path }, driftScanSchema);
  }
  return scan;
}

function notInTime({ id, startedAt }: DriftScan, seconds: number): CommandError {
  const why =
    startedAt === null ? 'no worker has taken it up; "landlord status" tells what runs' : 'it goes on';
  return new CommandError(EXIT.failure, `scan ${id} did not end within ${seconds} seconds: ${why}`);
}
