/** `landlord tenants delete` */
import type { Command } from 'commander';
import type { TenantView } from '../tenancy/tenant-view.ts';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';
import { examples } from './options.ts';
import { addWishCommand, carryOut, type WishOptions } from './wish-command.ts';
import { deleteTenant } from './wish-requests.ts';

/** A shorter grace leaves nobody the time to notice. */
const UNCONFIRMED_HOURS = 1;

interface Options extends WishOptions {
  readonly graceHours?: string;
  readonly confirm?: string;
}

export function addTenantsDelete(tenants: Command): void {
  addWishCommand(tenants, 'delete', 'suspend a tenant now, and erase it when its grace has ended')
    .option('--grace-hours <hours>', 'how long it can be taken back (default: 72)')
    .option('--confirm <slug>', "the tenant's slug, for a grace of less than an hour")
    .addHelpText(
      'after',
      examples(
        'landlord tenants delete acme',
        'landlord tenants delete acme --grace-hours 0 --confirm acme --wait',
      ),
    )
    .action((name: string, options: Options) =>
      carryOut(name, options, (connection, tenant) => {
        requireConfirmation(tenant, options);
        return deleteTenant(connection, tenant.id, options.graceHours);
      }),
    );
}

function requireConfirmation({ slug }: TenantView, { graceHours, confirm }: Options): void {
  if (graceHours === undefined || Number(graceHours) >= UNCONFIRMED_HOURS || confirm === slug) return;
  throw new CommandError(
    EXIT.usage,
    `nobody could take back a deletion with a grace of ${graceHours} hours: add --confirm ${slug} if you mean it`,
  );
}
