/**
 * `node bench/main.ts [COUNT]`: signs up COUNT tenants (20) one at a time, then as many four at a time, on the running
 * platform of this checkout, and prints how long each took from acceptance to ready, by the control database's clock.
 * The tenants stay; `make clean` removes them with all else.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '../cli/client.ts';
import { findConnection } from '../cli/connection.ts';
import { type Column, tableLines } from '../cli/table.ts';
import { isSettled } from '../cli/watch-tenants.ts';
import { platformStatus } from '../tools/platform/status.ts';
import { statusTable } from '../tools/platform/status-table.ts';

interface Series {
  readonly name: string;
  readonly seconds: readonly number[];
}

const POLL_MS = 50;
const client = createClient(findConnection());

async function signUpSeconds(): Promise<number> {
  const slug = `bench-${randomUUID().slice(0, 13)}`;
  const signup = { slug, company: 'Bench', email: 'bench@example.com', plan: 'team' };
  const { tenantId } = await client.signUp(signup, slug);
  for (;;) {
    const tenant = await client.showTenant(tenantId);
    if (isSettled(tenant)) {
      if (tenant.readyAt === null) throw new Error(`${slug} failed: ${tenant.reason}`);
      return (Date.parse(tenant.readyAt) - Date.parse(tenant.createdAt)) / 1000;
    }
    await delay(POLL_MS);
  }
}

async function series(name: string, count: number, atOnce: number): Promise<Series> {
  const seconds: number[] = [];
  let left = count;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      seconds.push(await signUpSeconds());
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return { name, seconds: seconds.sort((one, other) => one - other) };
}

/** Nearest-rank percentile of sorted values. */
function percentile(sorted: readonly number[], percent: number): string {
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return (sorted[rank - 1] ?? Number.NaN).toFixed(2);
}

const columns: Column<Series>[] = [
  { header: 'SIGNUP TO READY', value: ({ name }) => name },
  { header: 'TENANTS', value: ({ seconds }) => `${seconds.length}`, align: 'right' },
  { header: 'P50 S', value: ({ seconds }) => percentile(seconds, 50), align: 'right' },
  { header: 'P95 S', value: ({ seconds }) => percentile(seconds, 95), align: 'right' },
  { header: 'MAX S', value: ({ seconds }) => percentile(seconds, 100), align: 'right' },
];

const count = Number(process.argv[2] ?? 20);
const measured = [await series('one at a time', count, 1), await series('four at a time', count, 4)];
process.stdout.write(`${tableLines(columns, measured).join('\n')}\n\n${statusTable(await platformStatus())}`);
