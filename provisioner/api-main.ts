/** `node provisioner/api-main.ts`: the HTTP API on 127.0.0.1, until SIGTERM or SIGINT. */
import { createApp } from './api/app.ts';
import { openControlPool } from './api/control-pool.ts';
import { listen, portOf } from './api/listen.ts';
import { missingDependencies } from './api/missing-dependencies.ts';
import { startAuthenticationLog } from './audit/authentication-log.ts';
import { apiTokens, readApiConfig } from './config.ts';
import { openQueues } from './intake/queues.ts';
import { connectProducerRedis } from './intake/redis.ts';
import { createLogger } from './log.ts';

/** How long a stopping API lets requests finish. */
const FINISH_MS = 5_000;
const SWEEP_MS = 50;

const config = readApiConfig(process.env);
const logger = createLogger('api', config.LOG_LEVEL);
const db = openControlPool(config.CONTROL_DATABASE_URL, logger);
const ready = () => missingDependencies(db);
const redis = connectProducerRedis(config.REDIS_URL, logger);
const queues = openQueues(redis, config.LANDLORD_QUEUE_PREFIX, logger);
const authentications = startAuthenticationLog({ db, logger });
const app = createApp({
  db,
  tokens: apiTokens(config),
  queues,
  noteAuthentication: authentications.note,
  ready,
  logger,
});
const server = await listen(app, config.LANDLORD_API_PORT);
logger.info('api started', { pid: process.pid, port: portOf(server) });

async function stop(): Promise<void> {
  logger.info('api stops');
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  // Closing ends only what is idle now; a kept-alive connection would wait for its client otherwise.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), FINISH_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
  await queues.close();
  redis.disconnect();
  await authentications.close();
  await db.end();
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
