/** `landlord tenants approve-erasure`, `hold`, `release`: what lets an erasure pass, or keeps it off. */
import type { Command } from 'commander';
import type { TenantView } from '../tenancy/tenant-view.ts';
import { createClient } from './client.ts';
import { type Connection, findConnection } from './connection.ts';
import { findTenant } from './find-tenant.ts';
import { writeJson } from './json.ts';
import { examples } from './options.ts';
import { writeLine } from './terminal.ts';
import { approveErasure, putLegalHold, releaseLegalHold } from './wish-requests.ts';

interface Options {
  readonly json?: boolean;
}
interface ReasonOptions extends Options {
  readonly reason: string;
}

export function addTenantsGuards(tenants: Command): void {
  addGuard(tenants, 'approve-erasure', 'let an erasure that another person asked for begin out of turn')
    .addHelpText('after', examples('landlord tenants approve-erasure acme'))
    .action((name: string, options: Options) =>
      guard(name, options, 'its erasure is approved', (connection, { id }) => approveErasure(connection, id)),
    );
  addGuard(tenants, 'hold', 'put a tenant under legal hold: it can not be deleted')
    .requiredOption('--reason <text>', 'why; it stays in the audit log')
    .addHelpText('after', examples('landlord tenants hold acme --reason "case 17"'))
    .action((name: string, options: ReasonOptions) =>
      guard(name, options, 'it is under legal hold', (connection, { id }) =>
        putLegalHold(connection, id, options.reason),
      ),
    );
  addGuard(tenants, 'release', 'end the legal hold on a tenant')
    .requiredOption('--reason <text>', 'why; it stays in the audit log')
    .addHelpText('after', examples('landlord tenants release acme --reason "case 17 is closed"'))
    .action((name: string, options: ReasonOptions) =>
      guard(name, options, 'it is under no legal hold', (connection, { id }) =>
        releaseLegalHold(connection, id, options.reason),
      ),
    );
}

function addGuard(tenants: Command, name: string, description: string): Command {
  return tenants
    .command(name)
    .description(description)
    .argument('<tenant>', 'id or slug')
    .option('--json', 'print JSON');
}

async function guard(
  name: string,
  options: Options,
  outcome: string,
  change: (connection: Connection, tenant: TenantView) => Promise<TenantView>,
): Promise<void> {
  const connection = findConnection();
  const tenant = await change(connection, await findTenant(createClient(connection), name));
  if (options.json) writeJson(tenant);
  else writeLine(`${tenant.slug} is ${tenant.state}; ${outcome}`);
}
