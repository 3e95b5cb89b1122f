/** `landlord signup` */
import type { Command } from 'commander';
import { type ApiClient, createClient, type SignupInput } from './client.ts';
import { CommandError } from './command-error.ts';
import { findConnection } from './connection.ts';
import { EXIT } from './exit-codes.ts';
import { writeJson } from './json.ts';
import { examples, parseSeconds } from './options.ts';
import { writeLine } from './terminal.ts';
import { watchUntilSettled } from './watch-until-settled.ts';
import { watchView } from './watch-views.ts';

const DEFAULT_TIMEOUT_SECONDS = 120;

interface Options extends SignupInput {
  readonly idempotencyKey?: string;
  readonly wait?: boolean;
  readonly timeout: number;
  readonly json?: boolean;
}

export function addSignup(program: Command): void {
  program
    .command('signup')
    .description('ask for a new tenant')
    .requiredOption('--slug <slug>', 'public name: 3 to 40 characters of a-z, 0-9 and hyphens')
    .requiredOption('--company <name>', 'name of the customer')
    .requiredOption('--email <address>', 'whom to write to')
    .requiredOption('--plan <plan>', 'starter, team, business or enterprise')
    .option('--idempotency-key <key>', 'the same key never makes a second tenant (default: a random one)')
    .option('--wait', 'wait until the tenant is ready or failed')
    .option('--timeout <seconds>', 'how long --wait waits', parseSeconds, DEFAULT_TIMEOUT_SECONDS)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'landlord signup --slug acme --company "Acme Ltd" --email ada@acme.example --plan team --wait',
        'landlord signup --slug acme --company Acme --email ada@acme.example --plan team --idempotency-key order-17',
      ),
    )
    .action(signUp);
}

async function signUp(options: Options): Promise<void> {
  const client = createClient(findConnection());
  const { slug, company, email, plan } = options;
  const idempotencyKey = options.idempotencyKey ?? crypto.randomUUID();
  const accepted = await client
    .signUp({ slug, company, email, plan }, idempotencyKey)
    .catch((error: unknown) => Promise.reject(withKey(error, idempotencyKey)));
  if (options.wait) return waitFor(client, accepted.tenantId, options);
  if (options.json) writeJson(accepted);
  else
    writeLine(
      `${slug} is ${accepted.state} as ${accepted.tenantId}; follow it: landlord tenants watch ${slug}`,
    );
}

async function waitFor(client: ApiClient, tenantId: string, options: Options): Promise<void> {
  const [tenant] = await watchUntilSettled({
    read: async () => [await client.showTenant(tenantId)],
    show: options.json ? () => undefined : watchView({ json: false }),
    timeoutSeconds: options.timeout,
  });
  if (options.json) writeJson(tenant);
}

/** An answer that never came leaves open whether the signup was accepted: the key makes a second try safe. */
function withKey(error: unknown, idempotencyKey: string): unknown {
  if (!(error instanceof CommandError) || error.exitCode !== EXIT.unreachable) return error;
  const advice = `to try again safely, add --idempotency-key ${idempotencyKey}`;
  const { problem, cause } = error;
  return new CommandError(error.exitCode, `${error.message}\n${advice}`, {
    cause,
    ...(problem === undefined ? {} : { problem }),
  });
}
