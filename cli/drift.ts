/** `landlord drift` */
import type { Command } from 'commander';
import type { DriftFinding, DriftScan } from '../tenancy/drift-view.ts';
import { findConnection } from './connection.ts';
import { readDrift, scanNow } from './drift-requests.ts';
import { writeJson } from './json.ts';
import { examples, parseSeconds } from './options.ts';
import { type Column, tableLines } from './table.ts';
import { writeLine } from './terminal.ts';

const DEFAULT_TIMEOUT_SECONDS = 300;

interface Options {
  readonly scan?: boolean;
  readonly timeout: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

const columns: readonly Column<DriftFinding>[] = [
  { header: 'TENANT', value: ({ slug }) => slug },
  { header: 'FOUND', value: ({ foundAt }) => foundAt },
  { header: 'ENDED', value: ({ endedAt }) => endedAt ?? '-' },
  { header: 'REPAIR', value: ({ repairId }) => repairId ?? '-' },
  { header: 'PROBLEM', value: ({ problem }) => problem },
];

export function addDrift(program: Command): void {
  program
    .command('drift')
    .description('where live objects, roles and schemas differ from what tenants should be')
    .option('--scan', 'look now, and wait until all tenants were looked at')
    .option('--timeout <seconds>', 'how long --scan waits', parseSeconds, DEFAULT_TIMEOUT_SECONDS)
    .option('--all', 'also what was mended or is gone')
    .option('--json', 'print JSON, in the shape of GET /v1/drift')
    .addHelpText('after', examples('landlord drift --scan', 'landlord drift --json | jq .items[].problem'))
    .action(showDrift);
}

async function showDrift({ scan, timeout, all, json }: Options): Promise<void> {
  const connection = findConnection();
  if (scan) await scanNow(connection, timeout);
  const { items, lastScan } = await readDrift(connection, all ?? false);
  if (json) return writeJson({ items, next: null, lastScan });
  if (items.length > 0) for (const line of tableLines(columns, items)) writeLine(line);
  writeLine(summary(items, lastScan));
}

function summary(items: readonly DriftFinding[], lastScan: DriftScan | null): string {
  if (lastScan === null) return 'no tenant was looked at yet: landlord drift --scan';
  const { finishedAt, tenants, unseen } = lastScan;
  const drift = items.some(({ endedAt }) => endedAt === null) ? '' : 'no drift; ';
  const missed = unseen === 0 ? '' : `, ${unseen} could not be looked at`;
  return `${drift}last scan ${finishedAt}: ${tenants} looked at${missed}`;
}
