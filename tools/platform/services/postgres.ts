/** PostgreSQL: one server, reachable through the loopback alone, with passwords (SCRAM) for everyone. */
import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { runningProcess } from '../pid-file.ts';
import { type Platform, portOf } from '../platform.ts';
import { writePrivateFile } from '../private-file.ts';
import { serverAccount } from '../server-account.ts';
import type { Launch, Service, Task } from '../unit.ts';
import { removeStaleLock } from './postgres-lock.ts';

const SUPERUSER = 'postgres';

export function postgres(platform: Platform): Service {
  const port = portOf(platform, 'postgres');
  return {
    kind: 'service',
    name: 'postgres',
    dependsOn: ['postgres-data'],
    address: `127.0.0.1:${port}`,
    launch: (toolchain) => launch(platform, join(toolchain.postgres, 'bin', 'postgres')),
    isHealthy: async () => {
      await withSuperuser(platform, (client) => client.query('SELECT 1'));
      return true;
    },
    // "Fast" shutdown: SIGTERM would wait until every client has gone by itself.
    stopSignal: 'SIGINT',
  };
}

function launch(platform: Platform, command: string): Launch {
  const account = serverAccount();
  const settings = {
    listen_addresses: '127.0.0.1',
    port: portOf(platform, 'postgres'),
    unix_socket_directories: '',
    fsync: platform.isDurable ? 'on' : 'off',
    max_connections: 200,
    shared_buffers: '128MB',
    effective_cache_size: '1GB',
    // Replaying a tenant's schema locks each of its objects in one transaction.
    max_locks_per_transaction: 256,
    max_wal_size: '1GB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] %q%u@%d ',
  };
  return {
    command,
    args: [
      ...['-D', dataDirectory(platform)],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    cwd: platform.layout.postgres,
    ...(account === undefined ? {} : { account }),
  };
}

/** Makes the data directory ready for a start. A new one appears whole: an interrupted attempt leaves only a draft, which is thrown away. */
export function postgresDataTask(platform: Platform): Task {
  return {
    kind: 'task',
    name: 'postgres-data',
    dependsOn: [],
    run: async (toolchain) => {
      const isRunning = runningProcess(platform.layout, 'postgres') !== undefined;
      if (isRunning) return;
      if (existsSync(dataDirectory(platform))) return removeStaleLock(dataDirectory(platform));
      const home = platform.layout.postgres;
      const [draft, password] = [join(home, 'data.draft'), join(home, 'superuser-password')];
      makeHome(home);
      rmSync(draft, { recursive: true, force: true });
      writePrivateFile(password, platform.secrets.postgresSuperuser);
      giveToServer(password);
      try {
        await initialise(join(toolchain.postgres, 'bin', 'initdb'), {
          draft,
          password,
          isDurable: platform.isDurable,
        });
      } finally {
        rmSync(password);
      }
      renameSync(draft, dataDirectory(platform));
    },
  };
}

async function initialise(
  command: string,
  options: { readonly draft: string; readonly password: string; readonly isDurable: boolean },
): Promise<void> {
  const args = [
    ...['--pgdata', options.draft, '--username', SUPERUSER, '--pwfile', options.password],
    ...['--auth=scram-sha-256', '--encoding=UTF8', '--data-checksums'],
    // Sorted alike on every machine, whatever its C library.
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    ...(options.isDurable ? [] : ['--no-sync']),
  ];
  const account = serverAccount();
  try {
    await promisify(execFile)(command, args, { ...account, cwd: '/', env: {} });
  } catch (error) {
    const hint =
      account === undefined ? '' : `: user ${account.uid}, who runs it, must be able to reach both`;
    throw new Error(`${command} could not make ${options.draft}${hint}`, { cause: error });
  }
}

/** Runs statements as the superuser, in the maintenance database. */
export async function withSuperuser<Result>(
  platform: Platform,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({
    connectionString: superuserUrl(platform),
    connectionTimeoutMillis: 5_000,
  });
  // A server that stops while we are connected also tells us by this event; the query's own error is enough.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

export function superuserUrl(platform: Platform): string {
  return databaseUrl(platform, SUPERUSER, platform.secrets.postgresSuperuser, 'postgres');
}

export function ownerUrl(platform: Platform, database: string): string {
  return databaseUrl(platform, 'landlord_owner', platform.secrets.landlordOwner, database);
}

function databaseUrl(platform: Platform, user: string, password: string, database: string): string {
  return `postgresql://${user}:${password}@127.0.0.1:${portOf(platform, 'postgres')}/${database}`;
}

function dataDirectory(platform: Platform): string {
  return join(platform.layout.postgres, 'data');
}

function makeHome(home: string): void {
  if (home.startsWith('/var/lib/')) mkdirSync(dirname(home), { recursive: true, mode: 0o755 });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  giveToServer(home);
}

function giveToServer(path: string): void {
  const account = serverAccount();
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}
