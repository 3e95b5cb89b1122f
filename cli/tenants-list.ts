/** `landlord tenants list` */
import type { Command } from 'commander';
import type { TenantPage } from '../tenancy/tenant-view.ts';
import { createClient } from './client.ts';
import { findConnection } from './connection.ts';
import { writeJson } from './json.ts';
import { examples } from './options.ts';
import { tableLines } from './table.ts';
import { tenantColumns } from './tenant-columns.ts';
import { writeLine } from './terminal.ts';

interface Options {
  readonly slug?: string;
  readonly json?: boolean;
}

export function addTenantsList(tenants: Command): void {
  tenants
    .command('list')
    .description('list all tenants, oldest first')
    .option('--slug <slug>', 'only the tenant with this slug')
    .option('--json', 'print JSON, in the shape of GET /v1/tenants')
    .addHelpText(
      'after',
      examples(
        'landlord tenants list',
        'landlord tenants list --json | jq -r \'.items[] | select(.state=="failed").slug\'',
      ),
    )
    .action(listTenants);
}

async function listTenants(options: Options): Promise<void> {
  const items = await createClient(findConnection()).listTenants(options.slug);
  if (options.json) writeJson({ items, next: null } satisfies TenantPage);
  else if (items.length === 0) writeLine('no tenants');
  else for (const line of tableLines(tenantColumns, items)) writeLine(line);
}
