/** `landlord orphans` */
import type { Command } from 'commander';
import type { Orphan } from '../tenancy/drift-view.ts';
import { findConnection } from './connection.ts';
import { readOrphans } from './drift-requests.ts';
import { writeJson } from './json.ts';
import { examples } from './options.ts';
import { type Column, tableLines } from './table.ts';
import { writeLine } from './terminal.ts';

const columns: readonly Column<Orphan>[] = [
  { header: 'KIND', value: ({ kind }) => kind },
  { header: 'NAME', value: ({ name }) => name },
  { header: 'MARKED AS', value: ({ labelled }) => labelled },
  { header: 'FOUND', value: ({ foundAt }) => foundAt },
  { header: 'LAST SEEN', value: ({ lastSeenAt }) => lastSeenAt },
];

export function addOrphans(program: Command): void {
  program
    .command('orphans')
    .description('what carries a tenant’s mark and no tenant has; nothing removes it but a person')
    .option('--json', 'print JSON, in the shape of GET /v1/orphans')
    .addHelpText('after', examples('landlord orphans', 'landlord orphans --json | jq -r .items[].name'))
    .action(showOrphans);
}

async function showOrphans({ json }: { readonly json?: boolean }): Promise<void> {
  const list = await readOrphans(findConnection());
  if (json) return writeJson(list);
  for (const line of list.items.length > 0 ? tableLines(columns, list.items) : []) writeLine(line);
  if (list.lastScan === null) writeLine('nothing was looked at yet: landlord drift --scan');
  else writeLine(`${counted(list.items.length)}; last scan ${list.lastScan.finishedAt}`);
}

function counted(orphans: number): string {
  return orphans === 1 ? '1 orphan' : `${orphans === 0 ? 'no' : orphans} orphans`;
}
