/** `landlord operations show` */
import type { Command } from 'commander';
import type { OperationState, StepState } from '../tenancy/states.ts';
import type { OperationView } from '../tenancy/tenant-view.ts';
import { type ApiClient, createClient } from './client.ts';
import { CommandError } from './command-error.ts';
import { findConnection } from './connection.ts';
import { EXIT } from './exit-codes.ts';
import { findTenant } from './find-tenant.ts';
import { writeJson } from './json.ts';
import { examples } from './options.ts';
import { type Column, fieldLines, tableLines } from './table.ts';
import { type Style, writeLine } from './terminal.ts';

type Step = OperationView['steps'][number];

const STATE_STYLE: Readonly<Record<OperationState | StepState, Style>> = {
  pending: 'cyan',
  running: 'yellow',
  succeeded: 'green',
  failed: 'red',
  superseded: 'gray',
};

const stepColumns: readonly Column<Step>[] = [
  { header: 'STEP', value: (step) => step.name },
  { header: 'ATTEMPT', value: (step) => String(step.attempt), align: 'right' },
  { header: 'STATE', value: (step) => step.state, style: (step) => STATE_STYLE[step.state] },
  { header: 'MS', value: milliseconds, align: 'right' },
  { header: 'ERROR', value: (step) => step.error ?? '' },
];

export function addOperationsShow(operations: Command): void {
  operations
    .command('show')
    .description('show an operation with every attempt of every step')
    .argument('<operation>', 'operation id; or a tenant, by id or slug, for its latest operation')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples('landlord operations show acme', 'landlord operations show acme --json | jq .steps'),
    )
    .action(showOperation);
}

async function showOperation(name: string, options: { json?: boolean }): Promise<void> {
  const operation = await findOperation(createClient(findConnection()), name);
  if (options.json) {
    writeJson(operation);
    return;
  }
  const fields = fieldLines([
    ['id', operation.id],
    ['tenant', operation.tenantId],
    ['kind', operation.kind],
    ['state', operation.state, STATE_STYLE[operation.state]],
    ['reason', operation.reason ?? '-'],
    ['created', operation.createdAt],
    ['started', operation.startedAt ?? '-'],
    ['finished', operation.finishedAt ?? '-'],
  ]);
  for (const line of [...fields, '', ...tableLines(stepColumns, operation.steps)]) writeLine(line);
}

async function findOperation(client: ApiClient, name: string): Promise<OperationView> {
  if (name.startsWith('op_')) return client.showOperation(name);
  const tenant = await findTenant(client, name);
  const [latest] = await client.listOperations(tenant.id);
  if (latest !== undefined) return latest;
  throw new CommandError(EXIT.notFound, `tenant ${tenant.slug} has no operation yet`);
}

function milliseconds(step: Step): string {
  if (step.finishedAt === null) return '';
  return String(Date.parse(step.finishedAt) - Date.parse(step.startedAt));
}
