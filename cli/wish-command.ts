/** What all commands that wish something of a tenant share. */
import type { Command } from 'commander';
import type { TenantView } from '../tenancy/tenant-view.ts';
import type { WishAccepted } from '../tenancy/wish.ts';
import { createClient } from './client.ts';
import { type Connection, findConnection } from './connection.ts';
import { findTenant } from './find-tenant.ts';
import { writeJson } from './json.ts';
import { parseSeconds } from './options.ts';
import { writeLine } from './terminal.ts';
import { watchUntilSettled } from './watch-until-settled.ts';
import { watchView } from './watch-views.ts';

const DEFAULT_TIMEOUT_SECONDS = 120;

export interface WishOptions {
  readonly wait?: boolean;
  readonly timeout: number;
  readonly json?: boolean;
}

/** Adds a command on one tenant, with the options of WishOptions. */
export function addWishCommand(tenants: Command, name: string, description: string): Command {
  return tenants
    .command(name)
    .description(description)
    .argument('<tenant>', 'id or slug')
    .option('--wait', 'wait until it is done, or has failed')
    .option('--timeout <seconds>', 'how long --wait waits', parseSeconds, DEFAULT_TIMEOUT_SECONDS)
    .option('--json', 'print JSON');
}

/**
 * Sends the wish for the tenant that a person named; then waits for it, or says how to follow it.
 * @throws CommandError when the API refuses it, or when it was waited for and failed
 */
export async function carryOut(
  name: string,
  options: WishOptions,
  send: (connection: Connection, tenant: TenantView) => Promise<WishAccepted>,
): Promise<void> {
  const connection = findConnection();
  const client = createClient(connection);
  const tenant = await findTenant(client, name);
  const accepted = await send(connection, tenant);
  if (options.wait) {
    const [settled] = await watchUntilSettled({
      read: async () => [await client.showTenant(tenant.id)],
      show: options.json ? () => undefined : watchView({ json: false }),
      timeoutSeconds: options.timeout,
    });
    if (options.json) writeJson(settled);
  } else if (options.json) writeJson(accepted);
  else writeLine(followed(await client.showTenant(tenant.id)));
}

function followed({ slug, state, eraseAfter }: TenantView): string {
  const until = eraseAfter === null ? '' : `, to be erased after ${eraseAfter}`;
  return `${slug} is ${state}${until}; follow it: landlord tenants watch ${slug}`;
}
