/** `node cli/demo-main.ts`: five companies sign up on the running platform, and become tenants while you look. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SignupJob } from '../tenancy/signup.ts';
import type { TenantView } from '../tenancy/tenant-view.ts';
import { createClient } from './client.ts';
import { readDemoEnvironment } from './demo-environment.ts';
import { putOnQueue } from './demo-producer.ts';
import { readPodQuotas } from './demo-quotas.ts';
import { reportFailure } from './report-failure.ts';
import { type Column, tableLines } from './table.ts';
import { secondsToReady } from './tenant-columns.ts';
import { paint, writeLine } from './terminal.ts';
import { watchUntilSettled } from './watch-until-settled.ts';
import { watchView } from './watch-views.ts';

const CHECKOUT = join(import.meta.dirname, '..');
const READY_WITHIN_SECONDS = 120;

async function demo(): Promise<void> {
  const environment = readDemoEnvironment(CHECKOUT);
  const file = await readFile(join(CHECKOUT, 'examples', 'signups.jsonl'), 'utf8');
  const signups: SignupJob[] = file
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  writeLine(`\n${signups.length} companies sign up: examples/signups.jsonl goes on the queue "signups".\n`);
  const accepted = await putOnQueue(environment.REDIS_URL, signups);
  const client = createClient({ url: environment.LANDLORD_API_URL, token: environment.LANDLORD_API_TOKEN });
  const tenants = await watchUntilSettled({
    read: () => Promise.all(accepted.map(({ tenantId }) => client.showTenant(tenantId))),
    show: watchView({ json: false }),
    timeoutSeconds: READY_WITHIN_SECONDS,
  });
  const quotas = await readPodQuotas(environment);
  writeLine(
    paint(
      'bold',
      '\nAll ready. Pods quota as the Kubernetes API reports it, seconds from acceptance to ready:\n',
    ),
  );
  for (const line of tableLines(columns(quotas), tenants)) writeLine(line);
  writeLine(WHAT_NEXT);
}

function columns(quotas: ReadonlyMap<string, string>): Column<TenantView>[] {
  return [
    { header: 'TENANT', value: (tenant) => tenant.slug },
    { header: 'PLAN', value: (tenant) => tenant.plan },
    { header: 'NAMESPACE', value: (tenant) => tenant.namespace },
    { header: 'SCHEMA', value: (tenant) => tenant.schema },
    { header: 'PODS QUOTA', value: (tenant) => quotas.get(tenant.namespace) ?? 'none', align: 'right' },
    { header: 'SECONDS', value: secondsToReady, align: 'right' },
  ];
}

const WHAT_NEXT = `
What to try next:
  npx landlord signup --slug acme --company "Acme Ltd" --email ada@acme.example --plan team --wait
  npx landlord operations show northwind
  set -a; . .landlord/dev.env; set +a; "$PATH_PREFIX/kubectl" get quota -A
  make status        what runs, and its memory
  make down          stop everything; "make up" brings it back as it was
`;

try {
  await demo();
} catch (error) {
  process.exitCode = reportFailure(error, { json: false });
}
