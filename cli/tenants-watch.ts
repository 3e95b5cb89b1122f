/** `landlord tenants watch` */
import type { Command } from 'commander';
import type { TenantView } from '../tenancy/tenant-view.ts';
import { type ApiClient, createClient } from './client.ts';
import { findConnection } from './connection.ts';
import { findTenant } from './find-tenant.ts';
import { examples, parseSeconds } from './options.ts';
import { writeLine } from './terminal.ts';
import { isSettled } from './watch-tenants.ts';
import { watchUntilSettled } from './watch-until-settled.ts';
import { watchView } from './watch-views.ts';

interface Options {
  readonly timeout?: number;
  readonly json?: boolean;
}

export function addTenantsWatch(tenants: Command): void {
  tenants
    .command('watch')
    .description('follow tenants until nothing more happens to them by itself')
    .argument('[tenants...]', 'ids or slugs (default: all tenants)')
    .option('--timeout <seconds>', 'give up after this time (default: never)', parseSeconds)
    .option('--json', 'print one JSON object a line, for every change')
    .addHelpText(
      'after',
      examples('landlord tenants watch', 'landlord tenants watch acme globex --timeout 60'),
    )
    .action(watch);
}

async function watch(names: string[], options: Options): Promise<void> {
  const client = createClient(findConnection());
  const read = names.length === 0 ? () => client.listTenants() : await reader(client, names);
  const show = watchView({ json: options.json === true });
  const tenants = await watchUntilSettled({ read, show, timeoutSeconds: options.timeout });
  if (tenants.length === 0 && !options.json) writeLine('no tenants');
}

/** Reads the named tenants; one that has settled is not asked for again. */
async function reader(client: ApiClient, names: readonly string[]): Promise<() => Promise<TenantView[]>> {
  let tenants = await Promise.all(names.map((name) => findTenant(client, name)));
  return async () => {
    tenants = await Promise.all(
      tenants.map((tenant) => (isSettled(tenant) ? tenant : client.showTenant(tenant.id))),
    );
    return tenants;
  };
}
