/** `landlord tenants suspend`, `resume`, `retry`, `cancel-deletion`: wishes that need no more than their name. */
import type { Command } from 'commander';
import { examples } from './options.ts';
import { addWishCommand, carryOut, type WishOptions } from './wish-command.ts';
import { askFor } from './wish-requests.ts';

const DESCRIPTIONS = {
  suspend: 'keep a tenant without running it: no logins, no pods, all data',
  resume: 'let a suspended tenant work again',
  retry: 'go on with what failed',
  'cancel-deletion': 'take a deletion back, as long as the erasure has not begun',
};

export function addTenantsWishes(tenants: Command): void {
  for (const [wish, description] of Object.entries(DESCRIPTIONS)) {
    addWishCommand(tenants, wish, description)
      .addHelpText('after', examples(`landlord tenants ${wish} acme --wait`))
      .action((name: string, options: WishOptions) =>
        carryOut(name, options, (connection, { id }) => askFor(connection, id, wish)),
      );
  }
}
