/** Rows 28, 29 and 33: what lies on the queues. */
import { Redis } from 'ioredis';
import { openWakeups, WAKEUPS_QUEUE } from '../../../provisioner/intake/wakeups.ts';
import { createLogger } from '../../../provisioner/log.ts';
import { newTenantId } from '../../../tenancy/ids.ts';
import { SIGNUP_JOB } from '../../../tenancy/signup.ts';
import { eventually } from '../../support/eventually.ts';
import type { FaultCase } from '../fault-case.ts';
import { signupBody } from '../sample-signup.ts';
import { withSignupQueue } from '../signup-queue.ts';
import type { Stage } from '../stage.ts';

export const QUEUE_CASES: readonly FaultCase[] = [
  { row: 28, fault: 'the same signup 100 times', convergeMs: 60_000, inject: sendOften },
  { row: 29, fault: 'poison messages among good ones', convergeMs: 60_000, inject: poison },
  { row: 33, fault: 'wake-ups for tenants that nobody knows', convergeMs: 60_000, inject: wakeUnknown },
];

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
