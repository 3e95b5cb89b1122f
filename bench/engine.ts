/**
 * How long one run of the tenant stack takes, and where the time goes: direct and stock, one at a time and four at
 * once. Needs a platform: `make up`, then `node --env-file=.landlord/dev.env bench/engine.ts [RUNS]`.
 */
import { execFile } from 'node:child_process';
import { pbkdf2 } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import winston from 'winston';
import { z } from 'zod';
import { createEngine, type Engine } from '../provisioner/engine/engine.ts';
import { connectToCluster } from '../provisioner/kubernetes/connection.ts';
import { serveProvider } from '../provisioner/kubernetes/serve-provider.ts';
import { tenantProgram } from '../stacks/tenant/program.ts';
import { newTenantId } from '../tenancy/ids.ts';
import { parseInput } from '../tenancy/parse.ts';
import { tenantSpec } from '../tenancy/tenant-spec.ts';

const { KUBECONFIG, PATH_PREFIX } = parseInput(
  z.object({
    KUBECONFIG: z.string('must be set: run make up'),
    PATH_PREFIX: z.string('must be set: run make up'),
  }),
  process.env,
);
const runs = z.coerce.number().int().positive().default(20).parse(process.argv[2]);
const cell = {
  database: { host: 'pooler.example', port: 6432, name: 'tenants' },
  gatewayNamespace: 'gateway',
  poolerNamespace: 'pooler',
};

/** Milliseconds: all of a run, until the engine's first event, from there to its summary. */
interface Sample {
  readonly total: number;
  readonly start: number;
  readonly resources: number;
}

const connection = connectToCluster(KUBECONFIG);
const runsDirectory = await mkdtemp(join(tmpdir(), 'bench-engine-'));
try {
  for (const mode of ['direct', 'stock'] as const) {
    const engine = await createEngine({
      mode,
      pathPrefix: PATH_PREFIX,
      runsDirectory,
      passphrase: 'a passphrase for measuring',
      provider: 'resident',
      logger: winston.createLogger({ silent: true }),
    });
    await runTenant(engine);
    for (const atOnce of [1, 4]) report(`${mode}, ${atOnce} at once`, await measure(engine, atOnce));
  }
  await reportFloor();
} finally {
  connection.close();
  await rm(runsDirectory, { recursive: true, force: true });
}

interface Measured {
  readonly samples: readonly Sample[];
  /** Wall-clock milliseconds a run, and CPU milliseconds of the CLI and of this process. */
  readonly each: number;
  readonly cliCpu: number;
  readonly ownCpu: number;
}

async function measure(engine: Engine, atOnce: number): Promise<Measured> {
  const samples: Sample[] = [];
  let left = runs;
  const [begin, cliBefore, ownBefore] = [performance.now(), await childrenCpu(), process.cpuUsage()];
  const lane = async () => {
    while (left-- > 0) samples.push(await runTenant(engine));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const own = process.cpuUsage(ownBefore);
  return {
    samples,
    each: (performance.now() - begin) / runs,
    cliCpu: ((await childrenCpu()) - cliBefore) / runs,
    ownCpu: (own.user + own.system) / 1_000 / runs,
  };
}

/** CPU milliseconds of all children that ended: fields 16 and 17 of /proc/self/stat (proc(5)), in ticks of 10 ms. */
async function childrenCpu(): Promise<number> {
  const stat = await readFile('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

async function runTenant(engine: Engine): Promise<Sample> {
  const spec = tenantSpec({ id: newTenantId(), plan: 'team', overrides: {} }, cell);
  const times: number[] = [];
  const begin = performance.now();
  const provider = await serveProvider({ connection, tenantId: spec.id, leaseIsHeld: () => true });
  const result = await engine.up({
    stack: spec.stack,
    program: tenantProgram(spec),
    state: null,
    providerPort: provider.port,
    onEvent: () => times.push(performance.now()),
    signal: new AbortController().signal,
    timeoutMs: 60_000,
  });
  await provider.close();
  const end = performance.now();
  if (result.result !== 'succeeded') throw new Error(result.message);
  await connection.request({ method: 'DELETE', path: `/api/v1/namespaces/${spec.namespace}` });
  const [first = end, last = end] = [times[0], times.at(-1)];
  return { total: end - begin, start: first - begin, resources: last - first };
}

function report(name: string, { samples, each, cliCpu, ownCpu }: Measured): void {
  const median = (part: keyof Sample) =>
    quantile(
      samples.map((sample) => sample[part]),
      0.5,
    );
  const p95 = quantile(
    samples.map((sample) => sample.total),
    0.95,
  );
  const times = `p50 ${median('total')} ms, p95 ${p95} ms, one done every ${each.toFixed(0)} ms`;
  const parts = `until the first event ${median('start')} ms, resources ${median('resources')} ms`;
  const cpu = `CPU of the CLI ${cliCpu.toFixed(0)} ms, ours ${ownCpu.toFixed(0)} ms`;
  process.stdout.write(`${name.padEnd(20)}${times}; ${parts}; ${cpu}\n`);
}

/** What no engine of ours can save: starting the CLI, and deriving the key of the state's secrets. */
async function reportFloor(): Promise<void> {
  const environment = { PATH: `${PATH_PREFIX}:${process.env.PATH}`, PULUMI_SKIP_UPDATE_CHECK: 'true' };
  const version = await timed(() => promisify(execFile)('pulumi', ['version'], { env: environment }));
  const derivation = await timed(() => promisify(pbkdf2)('passphrase', 'salt', 1_000_000, 32, 'sha256'));
  process.stdout.write(`of which CLI start ${version} ms, key derivation ${derivation} ms\n`);
}

async function timed(work: () => Promise<unknown>): Promise<string> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin).toFixed(0);
}

function quantile(values: readonly number[], part: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(0);
}
