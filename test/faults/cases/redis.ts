/** Rows 11 to 15: what befalls the queues' server. */
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Engines } from '../engines.ts';
import type { FaultCase } from '../fault-case.ts';
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
