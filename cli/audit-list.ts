/** `landlord audit list` */
import type { Command } from 'commander';
import type { AuditEntry } from '../tenancy/audit/entry.ts';
import { readAuditEntries } from './audit-records.ts';
import { createClient } from './client.ts';
import { findConnection } from './connection.ts';
import { findTenant } from './find-tenant.ts';
import { toJson } from './json.ts';
import { examples } from './options.ts';
import { type Column, tableLines } from './table.ts';
import { writeLine } from './terminal.ts';

interface Options {
  readonly tenant?: string;
  readonly json?: boolean;
}

const columns: readonly Column<AuditEntry>[] = [
  { header: 'ENTRY', value: ({ id }) => String(id), align: 'right' },
  { header: 'AT', value: ({ at }) => at },
  { header: 'ACTOR', value: ({ actor }) => actor },
  { header: 'ACTION', value: ({ action }) => action },
  { header: 'TENANT', value: ({ tenantId }) => tenantId ?? '-' },
  { header: 'DETAIL', value: ({ detail }) => JSON.stringify(detail) },
];

export function addAuditList(audit: Command): void {
  audit
    .command('list')
    .description('list who did what, oldest first')
    .option('--tenant <tenant>', 'only what was done to this tenant, by id or slug')
    .option('--json', 'print one JSON object a line')
    .addHelpText(
      'after',
      examples('landlord audit list --tenant acme', 'landlord audit list --json | jq .action'),
    )
    .action(listEntries);
}

async function listEntries({ tenant, json }: Options): Promise<void> {
  const connection = findConnection();
  const id = tenant === undefined ? undefined : (await findTenant(createClient(connection), tenant)).id;
  const entries = readAuditEntries(connection, id);
  if (json) for await (const entry of entries) writeLine(toJson(entry));
  else
    for (const line of tableLines(columns, await Array.fromAsync(entries), process.stdout.columns))
      writeLine(line);
}
