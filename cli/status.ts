/** `landlord status` */
import type { Command } from 'commander';
import type { ServiceStatus } from '../tools/platform/status.ts';
import { createClient } from './client.ts';
import { CommandError } from './command-error.ts';
import { findConnection } from './connection.ts';
import { EXIT } from './exit-codes.ts';
import { writeJson } from './json.ts';
import { examples } from './options.ts';
import { type Column, tableLines } from './table.ts';
import { type Style, writeLine } from './terminal.ts';

interface ApiStatus {
  /** Null when there is no API to ask. */
  readonly url: string | null;
  readonly ready: boolean;
  /** Why it is not ready. */
  readonly reason: string | null;
}

const STATE_STYLE: Readonly<Record<ServiceStatus['state'], Style>> = {
  running: 'green',
  silent: 'yellow',
  died: 'red',
  down: 'dim',
};

const serviceColumns: readonly Column<ServiceStatus>[] = [
  { header: 'SERVICE', value: ({ name }) => name },
  { header: 'STATE', value: ({ state }) => state, style: ({ state }) => STATE_STYLE[state] },
  { header: 'PID', value: ({ pid }) => String(pid ?? ''), align: 'right' },
  { header: 'ADDRESS', value: ({ address }) => address },
  {
    header: 'MEMORY',
    value: ({ memoryBytes }) => (memoryBytes === null ? '' : `${Math.round(memoryBytes / 1_000_000)} MB`),
    align: 'right',
  },
];

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('what runs of the local platform, and whether the API is ready')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('landlord status', 'landlord status --json | jq .api.ready'))
    .action(showStatus);
}

async function showStatus(options: { json?: boolean }): Promise<void> {
  // The platform's modules take longer to load than any other command takes to run.
  const { platformStatus } = await import('../tools/platform/status.ts');
  const [platform, api] = await Promise.all([platformStatus(), apiStatus()]);
  if (options.json) writeJson({ platform, api });
  else describe(platform, api);
  const broken = platform.filter(({ state }) => state === 'silent' || state === 'died');
  if (broken.length > 0) {
    const names = broken.map(({ name, state }) => `${name} ${state}`).join(', ');
    throw new CommandError(EXIT.unreachable, `${names}: "make up" starts what died`);
  }
  if (!api.ready) throw new CommandError(EXIT.unreachable, api.reason ?? 'the API is not ready');
}

function describe(platform: readonly ServiceStatus[], api: ApiStatus): void {
  if (platform.length === 0) writeLine('No local platform: "make up" starts one.');
  else for (const line of tableLines(serviceColumns, platform)) writeLine(line);
  if (api.url !== null) writeLine(`\nAPI ${api.url} ${api.ready ? 'is ready' : 'is not ready'}`);
}

async function apiStatus(): Promise<ApiStatus> {
  let url: string | null = null;
  try {
    const connection = findConnection();
    url = connection.url;
    await createClient(connection).checkReady();
    return { url, ready: true, reason: null };
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode === EXIT.usage) throw error;
    return { url, ready: false, reason: error.message };
  }
}
