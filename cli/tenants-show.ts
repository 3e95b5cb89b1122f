/** `landlord tenants show` */
import type { Command } from 'commander';
import type { TenantView } from '../tenancy/tenant-view.ts';
import { createClient } from './client.ts';
import { findConnection } from './connection.ts';
import { findTenant } from './find-tenant.ts';
import { writeJson } from './json.ts';
import { examples } from './options.ts';
import { fieldLines } from './table.ts';
import { stateStyle } from './tenant-columns.ts';
import { writeLine } from './terminal.ts';

export function addTenantsShow(tenants: Command): void {
  tenants
    .command('show')
    .description('show one tenant')
    .argument('<tenant>', 'id or slug')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples('landlord tenants show acme', 'landlord tenants show acme --json | jq -r .namespace'),
    )
    .action(showTenant);
}

async function showTenant(name: string, options: { json?: boolean }): Promise<void> {
  const tenant = await findTenant(createClient(findConnection()), name);
  if (options.json) {
    writeJson(tenant);
    return;
  }
  const lines = fieldLines([
    ['id', tenant.id],
    ['slug', tenant.slug],
    ['company', tenant.company],
    ['plan', tenant.plan],
    ['overrides', overridesText(tenant)],
    ['state', tenant.state, stateStyle(tenant.state)],
    ['reason', tenant.reason ?? '-'],
    ['namespace', tenant.namespace],
    ['schema', tenant.schema],
    ['role', tenant.role],
    ['stack', tenant.stack],
    ['created', tenant.createdAt],
    ['ready', tenant.readyAt ?? '-'],
    ['generation', `${tenant.generation}, of which ${tenant.observedGeneration} is real`],
    ['erased after', tenant.eraseAfter ?? '-'],
    ['legal hold', tenant.legalHold ? 'yes' : 'no'],
  ]);
  for (const line of lines) writeLine(line);
}

function overridesText({ overrides }: TenantView): string {
  const limits = Object.entries(overrides).map(([name, value]) => `${name}=${value}`);
  return limits.length === 0 ? '-' : limits.join(' ');
}
