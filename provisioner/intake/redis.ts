import { Redis } from 'ioredis';
import type { Logger } from 'winston';

/** How long a producer waits for one Redis command before it gives up and tries again later. */
const COMMAND_TIMEOUT_MS = 5_000;

/**
 * A connection for one BullMQ worker: it waits for Redis as long as it takes, since a worker has nothing else to
 * do. The caller ends it with `disconnect()` after the worker.
 */
export function connectWorkerRedis(url: string, logger: Logger): Redis {
  return reportErrors(new Redis(url, { maxRetriesPerRequest: null }), logger);
}

/** A connection that adds jobs: it fails within seconds, so that no transaction waits for a Redis that is away. */
export function connectProducerRedis(url: string, logger: Logger): Redis {
  const options = { maxRetriesPerRequest: 1, commandTimeout: COMMAND_TIMEOUT_MS };
  return reportErrors(new Redis(url, options), logger);
}

function reportErrors(redis: Redis, logger: Logger): Redis {
  return redis.on('error', (error: Error) => logger.warn('redis connection', { error: error.message }));
}
