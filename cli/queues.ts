/** `landlord queues list`, `dead-letters`, `requeue`, `drop` */
import type { Command } from 'commander';
import {
  type DeadLetter,
  deadLetterDoneSchema,
  deadLetterListSchema,
  type QueueView,
  queueListSchema,
} from '../tenancy/queue-view.ts';
import { findConnection } from './connection.ts';
import { writeJson } from './json.ts';
import { examples } from './options.ts';
import { requestJson } from './request-json.ts';
import { type Column, tableLines } from './table.ts';
import { writeLine } from './terminal.ts';

interface Options {
  readonly json?: boolean;
}

const queueColumns: readonly Column<QueueView>[] = [
  { header: 'QUEUE', value: ({ name }) => name },
  { header: 'WAITING', value: ({ waiting }) => String(waiting), align: 'right' },
  { header: 'ACTIVE', value: ({ active }) => String(active), align: 'right' },
  { header: 'DELAYED', value: ({ delayed }) => String(delayed), align: 'right' },
  { header: 'DEAD', value: ({ failed }) => String(failed), align: 'right' },
  { header: 'OLDEST SINCE', value: ({ oldestAt }) => oldestAt ?? '-' },
];

const deadLetterColumns: readonly Column<DeadLetter>[] = [
  { header: 'JOB', value: ({ id }) => id },
  { header: 'FAILED', value: ({ failedAt }) => failedAt ?? '-' },
  { header: 'REASON', value: ({ reason }) => reason },
];

export function addQueues(program: Command): void {
  const queues = program
    .command('queues')
    .description('what waits, and what failed for good')
    .addHelpText('after', examples('landlord queues list', 'landlord queues dead-letters'));
  queues
    .command('list')
    .description('how much waits in each queue, and since when')
    .option('--json', 'print JSON, in the shape of GET /v1/queues')
    .addHelpText(
      'after',
      examples('landlord queues list', 'landlord queues list --json | jq .items[].waiting'),
    )
    .action(listQueues);
  queues
    .command('dead-letters')
    .description('jobs that failed and are not tried again, the latest first')
    .argument('[queue]', 'signups or wakeups', 'signups')
    .option('--json', "print JSON, with the jobs' data")
    .addHelpText('after', examples('landlord queues dead-letters', 'landlord queues dead-letters --json'))
    .action(listDeadLetters);
  addMending(queues, 'requeue', 'put a dead letter back in its queue');
  addMending(queues, 'drop', 'remove a dead letter for good');
}

function addMending(queues: Command, verb: 'requeue' | 'drop', description: string): void {
  queues
    .command(verb)
    .description(description)
    .argument('<queue>', 'signups or wakeups')
    .argument('<job>', 'id, as "landlord queues dead-letters" prints it')
    .requiredOption('--reason <text>', 'why; it stays in the audit log')
    .option('--json', 'print JSON')
    .addHelpText('after', examples(`landlord queues ${verb} signups 17 --reason "sent by mistake"`))
    .action((queue: string, job: string, options: Options & { reason: string }) =>
      mend(verb, queue, job, options),
    );
}

async function listQueues(options: Options): Promise<void> {
  const answer = await requestJson(findConnection(), { method: 'GET', path: '/v1/queues' }, queueListSchema);
  if (options.json) writeJson(answer);
  else for (const line of tableLines(queueColumns, answer.items)) writeLine(line);
}

async function listDeadLetters(queue: string, options: Options): Promise<void> {
  const request = { method: 'GET', path: pathOf(queue) } as const;
  const answer = await requestJson(findConnection(), request, deadLetterListSchema);
  if (options.json) writeJson(answer);
  else if (answer.items.length === 0) writeLine('no dead letters');
  else for (const line of tableLines(deadLetterColumns, answer.items)) writeLine(line);
}

async function mend(
  verb: string,
  queue: string,
  job: string,
  { reason, json }: Options & { reason: string },
): Promise<void> {
  const path = `${pathOf(queue)}/${encodeURIComponent(job)}/${verb}`;
  const request = { method: 'POST', path, body: { reason } } as const;
  const answer = await requestJson(findConnection(), request, deadLetterDoneSchema);
  if (json) writeJson(answer);
  else writeLine(`${answer.queue} ${answer.id}: ${answer.done}`);
}

function pathOf(queue: string): string {
  return `/v1/queues/${encodeURIComponent(queue)}/dead-letters`;
}
