/** The HTTP API on a control database of its own, and a client that hides nothing of its answers. */
import { PassThrough } from 'node:stream';
import pg from 'pg';
import winston from 'winston';
import { createApp } from '../../provisioner/api/app.ts';
import { listen, portOf, type ServerLimits } from '../../provisioner/api/listen.ts';
import { missingDependencies } from '../../provisioner/api/missing-dependencies.ts';
import { createControlDatabase, type TestDatabase } from './databases.ts';

export const API_TOKEN = 'token-of-the-specs-0123456789';

export interface TestApi {
  readonly url: string;
  readonly port: number;
  readonly database: TestDatabase;
  /** What was logged so far. */
  logged(): string;
  stop(): Promise<void>;
}

export interface ApiOptions {
  /** How the API's pool differs from one with ten connections on the fresh database. */
  readonly pool?: pg.PoolConfig;
  readonly limits?: ServerLimits;
}

/** Starts the API in this process, on a free port. */
export async function startApi(options: ApiOptions = {}): Promise<TestApi> {
  const database = await createControlDatabase();
  const db = new pg.Pool({ connectionString: database.url, connectionTimeoutMillis: 3_000, ...options.pool });
  db.on('error', () => undefined);
  const log: string[] = [];
  const ready = () => missingDependencies(db);
  const app = createApp({ db, token: API_TOKEN, ready, logger: loggerInto(log) });
  const server = await listen(app, 0, options.limits);
  const port = portOf(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    database,
    logged: () => log.join(''),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
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
