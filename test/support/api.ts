/** The HTTP API on a control database of its own, and a client that hides nothing of its answers. */
import { PassThrough } from 'node:stream';
import pg from 'pg';
import winston from 'winston';
import { createApp } from '../../provisioner/api/app.ts';
import { listen, portOf, type ServerLimits } from '../../provisioner/api/listen.ts';
import { missingDependencies } from '../../provisioner/api/missing-dependencies.ts';
import { startAuthenticationLog } from '../../provisioner/audit/authentication-log.ts';
import { openQueues } from '../../provisioner/intake/queues.ts';
import { connectProducerRedis } from '../../provisioner/intake/redis.ts';
import { createControlDatabase, type TestDatabase } from './databases.ts';
import { type TestQueue, testQueue } from './queue.ts';

export const API_TOKEN = 'token-of-the-specs-0123456789';
/** A second person's. */
export const APPROVER_TOKEN = 'other-token-of-the-specs-0123456789';

export interface TestApi {
  readonly url: string;
  readonly port: number;
  readonly database: TestDatabase;
  readonly queue: TestQueue;
  /** What was logged so far. */
  logged(): string;
  /** Writes the authentications seen so far to the audit log. */
  flushAuthentications(): Promise<void>;
  stop(): Promise<void>;
}

export interface ApiOptions {
  /** How the API's pool differs from one with ten connections on the fresh database. */
  readonly pool?: pg.PoolConfig;
  readonly limits?: ServerLimits;
  /** Another Redis than the throw-away one. */
  readonly redisUrl?: string;
}

/** Starts the API in this process, on a free port. */
export async function startApi(options: ApiOptions = {}): Promise<TestApi> {
  const database = await createControlDatabase();
  const db = new pg.Pool({ connectionString: database.url, connectionTimeoutMillis: 3_000, ...options.pool });
  db.on('error', () => undefined);
  const log: string[] = [];
  const ready = () => missingDependencies(db);
  const logger = loggerInto(log);
  const queue = testQueue();
  const redis = connectProducerRedis(options.redisUrl ?? queue.redisUrl, logger);
  const queues = openQueues(redis, queue.prefix, logger);
  const authentications = startAuthenticationLog({ db, logger });
  const app = createApp({
    db,
    tokens: [API_TOKEN, APPROVER_TOKEN],
    queues,
    noteAuthentication: authentications.note,
    ready,
    logger,
  });
  const server = await listen(app, 0, options.limits);
  const port = portOf(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    database,
    queue,
    logged: () => log.join(''),
    flushAuthentications: authentications.flush,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await queues.close();
      redis.disconnect();
      await queue.obliterate();
      await authentications.close();
      await db.end();
      await database.drop();
    },
  };
}

function loggerInto(log: string[]): winston.Logger {
  const stream = new PassThrough().on('data', (chunk) => log.push(String(chunk)));
  return winston.createLogger({
    format: winston.format.json(),
    transports: [new winston.transports.Stream({ stream })],
  });
}
