/** A queue prefix of its own for each caller, on the throw-away Valkey. */
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { fromRunner } from './environment.ts';

export interface TestQueue {
  readonly redisUrl: string;
  /** BullMQ's `prefix`: no other spec uses it. */
  readonly prefix: string;
  /** Removes every key under the prefix. */
  obliterate(): Promise<void>;
}

export function testQueue(): TestQueue {
  const redisUrl = fromRunner('REDIS_URL');
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  return { redisUrl, prefix, obliterate: () => removeKeys(redisUrl, prefix) };
}

async function removeKeys(redisUrl: string, prefix: string): Promise<void> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1 });
  try {
    const keys = await redis.keys(`${prefix}:*`);
    if (keys.length > 0) await redis.del(keys);
  } finally {
    redis.disconnect();
  }
}
