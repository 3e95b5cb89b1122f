/** Rows 11 to 15, 28, 29 and 33: what befalls the queues' server, and what lies on the queues. */
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { openWakeups, WAKEUPS_QUEUE } from '../../../provisioner/intake/wakeups.ts';
import { createLogger } from '../../../provisioner/log.ts';
import { newTenantId } from '../../../tenancy/ids.ts';
import { SIGNUP_JOB } from '../../../tenancy/signup.ts';
import { eventually } from '../../support/eventually.ts';
import type { Engines } from '../engines.ts';
import type { FaultCase } from '../fault-case.ts';
import { signupBody } from '../sample-signup.ts';
import { withSignupQueue } from '../signup-queue.ts';
import type { Stage } from '../stage.ts';
import { startTcpProxy, type TcpProxy, throughProxy } from '../tcp-proxy.ts';
import { underWay } from '../under-way.ts';

const SIGNUPS = 4;
/** Cut off the append-only file's end. */
const TAIL_BYTES = 200;

export const REDIS_CASES: readonly FaultCase[] = [
  {
    row: 11,
    fault: 'Redis killed, its file kept',
    convergeMs: 60_000,
    inject: (stage, engines) => whileBusy(stage, () => restart(engines)),
  },
  {
    row: 12,
    fault: 'Redis comes back empty',
    convergeMs: 60_000,
    inject: (stage, engines) => whileBusy(stage, () => restart(engines, removeAppendOnlyFiles)),
  },
  {
    row: 12,
    fault: "Redis comes back with its file's tail cut off",
    convergeMs: 60_000,
    inject: (stage, engines) => whileBusy(stage, () => restart(engines, cutTail)),
  },
  {
    row: 13,
    fault: 'FLUSHALL',
    convergeMs: 60_000,
    inject: (stage) => whileBusy(stage, () => command(stage, (redis) => redis.flushall())),
  },
  { row: 14, fault: 'Redis full', convergeMs: 60_000, inject: fillMemory },
  {
    row: 15,
    fault: 'Redis slow, 300 ms each way',
    convergeMs: 120_000,
    inject: (stage, engines) =>
      throughRedisProxy(stage, engines, async (proxy) => {
        proxy.delayMs = 300;
        await delay(10_000);
        proxy.delayMs = 0;
      }),
  },
  {
    row: 15,
    fault: "Redis' connections reset every second",
    convergeMs: 60_000,
    inject: (stage, engines) =>
      throughRedisProxy(stage, engines, async (proxy) => {
        for (let times = 0; times < 10; times += 1) {
          proxy.cut();
          await delay(1_000);
        }
      }),
  },
  {
    row: 15,
    fault: 'Redis a black hole for 20 s',
    convergeMs: 120_000,
    inject: (stage, engines) =>
      throughRedisProxy(stage, engines, async (proxy) => {
        proxy.isBlackHole = true;
        await delay(20_000);
        proxy.isBlackHole = false;
      }),
  },
  { row: 28, fault: 'the same signup 100 times', convergeMs: 60_000, inject: sendOften },
  { row: 29, fault: 'poison messages among good ones', convergeMs: 60_000, inject: poison },
  { row: 33, fault: 'wake-ups for tenants that nobody knows', convergeMs: 60_000, inject: wakeUnknown },
];

/** Signups by both ways in, and the fault while some of them are worked on. */
async function whileBusy(stage: Stage, strike: () => Promise<unknown>): Promise<void> {
  await withSignupQueue(stage, async (queue) => {
    await stage.startWorker();
    await stage.signUp(SIGNUPS);
    await queue.add(['acorn', 'beech']);
    await underWay(stage);
    await strike();
    await queue.accepted(60_000);
  });
}

async function restart(engines: Engines, between: (directory: string) => void = () => {}): Promise<void> {
  await engines.kill('valkey');
  between(engines.platform.layout.valkeyData);
  await engines.start();
}

function removeAppendOnlyFiles(directory: string): void {
  rmSync(join(directory, 'appendonlydir'), { recursive: true });
}

function cutTail(directory: string): void {
  const files = join(directory, 'appendonlydir');
  const newest = readdirSync(files).find((name) => name.endsWith('.incr.aof'));
  if (newest === undefined) throw new Error(`no append-only file in ${files}`);
  const path = join(files, newest);
  truncateSync(path, Math.max(0, statSync(path).size - TAIL_BYTES));
}

async function command<Result>({ queue }: Stage, send: (redis: Redis) => Promise<Result>): Promise<Result> {
  const redis = new Redis(queue.redisUrl, { maxRetriesPerRequest: 1 });
  try {
    return await send(redis);
  } finally {
    redis.disconnect();
  }
}

async function fillMemory(stage: Stage): Promise<void> {
  await stage.startWorker();
  await command(stage, async (redis) => {
    await redis.config('SET', 'maxmemory', '8mb');
    const fill = (number: number) => redis.set(`${stage.queue.prefix}:filler-${number}`, 'x'.repeat(100_000));
    let error: unknown;
    for (let number = 0; error === undefined && number < 1_000; number += 1) {
      await fill(number).catch((cause: unknown) => {
        error = cause;
      });
    }
    if (!String(error).includes('OOM')) throw new Error(`Redis was not full: ${error}`);
    await stage.signUp(SIGNUPS);
    // Long enough for the relay to be refused several times.
    await delay(3_000);
    await redis.config('SET', 'maxmemory', '0');
    const fillers = await redis.keys(`${stage.queue.prefix}:filler-*`);
    await redis.del(fillers);
  });
}

async function throughRedisProxy(
  stage: Stage,
  { platform }: Engines,
  strike: (proxy: TcpProxy) => Promise<void>,
): Promise<void> {
  const proxy = await startTcpProxy({ host: '127.0.0.1', port: platform.ports.valkey ?? 0 });
  stage.onClose(() => proxy.close());
  await stage.startWorker({ environment: { REDIS_URL: throughProxy(stage.queue.redisUrl, proxy) } });
  await stage.signUp(SIGNUPS);
  await underWay(stage);
  await strike(proxy);
}

async function sendOften(stage: Stage): Promise<void> {
  await withSignupQueue(stage, async (queue) => {
    await stage.startWorker();
    await queue.add(Array.from({ length: 100 }, () => 'acme'));
    await queue.accepted(60_000);
  });
}

async function poison(stage: Stage): Promise<void> {
  const good = { version: 1, ...signupBody('rowan'), idempotencyKey: 'poisoned' };
  const bad: readonly [string, unknown, RegExp][] = [
    [SIGNUP_JOB, null, /./],
    [SIGNUP_JOB, { ...good, version: 2 }, /version/],
    [SIGNUP_JOB, { ...good, slug: 'kube-system"; DROP TABLE tenants' }, /slug/],
    [SIGNUP_JOB, { ...good, company: 'x'.repeat(1_000_000) }, /company/],
    [SIGNUP_JOB, { ...good, admin: true }, /admin/],
    ['erase-everything', good, /job name/],
  ];
  await withSignupQueue(stage, async (queue) => {
    await stage.startWorker();
    const ids = await Promise.all(bad.map(([name, data]) => queue.addRaw(name, data)));
    await queue.add(['maple', 'oak']);
    await queue.accepted(60_000);
    for (const [index, [, , reason]] of bad.entries()) {
      const told = await queue.failure(ids[index] ?? '');
      if (!reason.test(told)) throw new Error(`a poison message failed with another reason: ${told}`);
    }
  });
}

async function wakeUnknown(stage: Stage): Promise<void> {
  const worker = await stage.startWorker();
  const redis = new Redis(stage.queue.redisUrl, { maxRetriesPerRequest: 1 });
  const wakeups = openWakeups(redis, stage.queue.prefix, createLogger('faults', 'error'));
  const strangers = Array.from({ length: 20 }, () => newTenantId());
  await wakeups.wake(strangers);
  await stage.signUp(1);
  const isDropped = (id: string) =>
    worker.log.some((line) => line.includes('unknown tenant') && line.includes(id));
  await eventually(() => strangers.every(isDropped), { timeoutMs: 30_000 });
  const waiting = await redis.keys(`${stage.queue.prefix}:${WAKEUPS_QUEUE}:t_*`);
  await wakeups.close();
  redis.disconnect();
  const left = waiting.filter((key) => strangers.some((id) => key.includes(id)));
  if (left.length > 0) throw new Error(`wake-ups for unknown tenants are still queued: ${left.join(', ')}`);
}
