/** The audit log and its seals, read page by page. */
import type { z } from 'zod';
import { type AuditEntry, auditEntryPageSchema } from '../tenancy/audit/entry.ts';
import { type Seal, sealPageSchema } from '../tenancy/audit/seal.ts';
import type { Connection } from './connection.ts';
import { requestJson } from './request-json.ts';

/** Oldest first. */
export function readAuditEntries(connection: Connection, tenantId?: string): AsyncGenerator<AuditEntry> {
  const query: Record<string, string> = tenantId === undefined ? {} : { tenantId };
  return pages(connection, '/v1/audit/entries', query, auditEntryPageSchema);
}

/** In the order of the chain. */
export function readAuditSeals(connection: Connection): AsyncGenerator<Seal> {
  return pages(connection, '/v1/audit/seals', {}, sealPageSchema);
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: number | null;
}

async function* pages<Item>(
  connection: Connection,
  path: string,
  query: Readonly<Record<string, string>>,
  schema: z.ZodType<Page<Item>>,
): AsyncGenerator<Item> {
  let next: number | null = null;
  do {
    const after: Record<string, string> = next === null ? {} : { after: String(next) };
    const request = {
      method: 'GET',
      path: `${path}?${new URLSearchParams({ ...query, ...after })}`,
    } as const;
    const page: Page<Item> = await requestJson(connection, request, schema);
    yield* page.items;
    next = page.next;
  } while (next !== null);
}
