/** `landlord tenants update` */
import { type Command, InvalidArgumentError } from 'commander';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';
import { examples } from './options.ts';
import { addWishCommand, carryOut, type WishOptions } from './wish-command.ts';
import { changeTenant, type TenantChange } from './wish-requests.ts';

interface Options extends WishOptions, TenantChange {
  readonly ifGeneration?: number;
}

export function addTenantsUpdate(tenants: Command): void {
  addWishCommand(tenants, 'update', 'change company or plan')
    .option('--company <name>', 'new name of the customer')
    .option('--plan <plan>', 'starter, team, business or enterprise')
    .option('--if-generation <number>', 'only if nobody changed it since this generation', parseGeneration)
    .addHelpText(
      'after',
      examples(
        'landlord tenants update acme --plan business --wait',
        'landlord tenants update acme --company "Acme Holding" --if-generation 3',
      ),
    )
    .action(update);
}

async function update(name: string, options: Options): Promise<void> {
  const { company, plan, ifGeneration } = options;
  const change = {
    ...(company === undefined ? {} : { company }),
    ...(plan === undefined ? {} : { plan }),
  };
  if (Object.keys(change).length === 0) {
    throw new CommandError(EXIT.usage, 'say what to change: --company, --plan or both');
  }
  await carryOut(name, options, (connection, { id, generation }) =>
    changeTenant(connection, { id, generation: ifGeneration ?? generation }, change),
  );
}

function parseGeneration(text: string): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be the generation that "landlord tenants show" prints.');
}
