/** `landlord tenants override` */
import type { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';
import { examples } from './options.ts';
import { addWishCommand, carryOut, type WishOptions } from './wish-command.ts';
import { setOverrides } from './wish-requests.ts';

interface Options extends WishOptions {
  readonly clear?: boolean;
}

export function addTenantsOverride(tenants: Command): void {
  addWishCommand(tenants, 'override', "set single limits that a contract agreed on, beside the plan's")
    .argument('[limits...]', 'name=number, as "landlord tenants show --json" names them')
    .option('--clear', 'forget the limits set before')
    .addHelpText(
      'after',
      examples(
        'landlord tenants override acme pods=40 memoryGibibytes=16 --wait',
        'landlord tenants override acme --clear',
      ),
    )
    .action(override);
}

async function override(name: string, limits: readonly string[], options: Options): Promise<void> {
  if (limits.length === 0 && !options.clear) {
    throw new CommandError(EXIT.usage, 'say which limits to set, for example pods=40; or --clear');
  }
  const named = Object.fromEntries(limits.map(parseLimit));
  await carryOut(name, options, (connection, tenant) => {
    const kept = options.clear ? {} : tenant.overrides;
    return setOverrides(connection, tenant, { ...kept, ...named });
  });
}

function parseLimit(text: string): [name: string, value: number] {
  const [, name, digits] = /^([A-Za-z]+)=([0-9]{1,9})$/.exec(text) ?? [];
  if (name !== undefined && digits !== undefined) return [name, Number(digits)];
  throw new CommandError(EXIT.usage, `"${text}" is no limit: write name=number, for example pods=40`);
}
