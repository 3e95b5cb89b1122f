/** Row 30, and faults of every kind in a random order. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Engines } from '../engines.ts';
import type { FaultCase } from '../fault-case.ts';
import type { Stage } from '../stage.ts';
import { tenantsOf } from '../tenants-of.ts';

/** How many signups the burst has, and how many of them are taken to ready. */
const BURST = Number(process.env.BURST ?? 2_000);
const READY = Number(process.env.READY ?? 20);
const AT_ONCE = 50;
const KILL_EVERY_MS = 8_000;
const READY_MS = 20 * 60_000;
const ROUNDS = Number(process.env.ROUNDS ?? 6);

export const VOLUME_CASES: readonly FaultCase[] = [
  {
    row: 30,
    fault: `${BURST} signups in a burst, then ${READY} ready under random kills`,
    convergeMs: 120_000,
    inject: burst,
  },
  {
    row: 30,
    fault: `${ROUNDS} random faults while signups come in`,
    convergeMs: 180_000,
    inject: randomFaults,
  },
];

async function burst(stage: Stage): Promise<void> {
  const latencies: number[] = [];
  for (let accepted = 0; accepted < BURST; accepted += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        const start = performance.now();
        await stage.signUp(1);
        latencies.push(performance.now() - start);
      }),
    );
  }
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)]?.toFixed(0);
  stage.notes.push(`acceptance took ${at(0.5)} ms in the median, ${at(0.99)} ms at the 99th percentile`);
  await holdBackAllBut(stage, READY);
  await killUntilReady(stage);
}

/** Paused tenants wait for a far retry; the others are provisioned. */
async function holdBackAllBut(stage: Stage, count: number): Promise<void> {
  await stage.control.pool.query(
    `UPDATE tenants SET retry_at = 'infinity' WHERE id NOT IN (SELECT id FROM tenants ORDER BY id LIMIT $1)`,
    [count],
  );
}

async function killUntilReady(stage: Stage): Promise<void> {
  const deadline = performance.now() + READY_MS;
  let worker = await stage.startWorker();
  while ((await tenantsOf(stage)).filter(({ state }) => state === 'ready').length < READY) {
    if (performance.now() > deadline)
      throw new Error(`not ${READY} tenants were ready within ${READY_MS} ms`);
    await delay(KILL_EVERY_MS + stage.random.below(KILL_EVERY_MS));
    await worker.end('SIGKILL');
    worker = await stage.startWorker();
  }
}

type Fault = (stage: Stage, engines: Engines) => Promise<void>;

const FAULTS: Readonly<Record<string, Fault>> = {
  'kill a worker': async (stage) => {
    await stage.random.pick(stage.workers).end('SIGKILL');
    await stage.startWorker();
  },
  'freeze a worker': async (stage) => {
    const worker = stage.random.pick(stage.workers);
    worker.signal('SIGSTOP');
    await delay(16_000);
    worker.signal('SIGCONT');
  },
  'kill Redis': async (_stage, engines) => {
    await engines.kill('valkey');
    await engines.start();
  },
  FLUSHALL: async ({ queue }) => {
    const redis = new Redis(queue.redisUrl, { maxRetriesPerRequest: 1 });
    await redis.flushall();
    redis.disconnect();
  },
  'stop PostgreSQL at once': async (_stage, engines) => {
    await engines.kill('postgres', 'SIGQUIT');
    await engines.start();
  },
  'kill the API server': async (_stage, engines) => {
    await engines.kill('kube-apiserver');
    await engines.start();
  },
};

async function randomFaults(stage: Stage, engines: Engines): Promise<void> {
  await Promise.all([stage.startWorker(), stage.startWorker()]);
  for (let round = 0; round < ROUNDS; round += 1) {
    await stage.signUp(1 + stage.random.below(3));
    await delay(stage.random.below(4_000));
    const name = stage.random.pick(Object.keys(FAULTS));
    stage.notes.push(name);
    await FAULTS[name]?.(stage, engines);
  }
}
