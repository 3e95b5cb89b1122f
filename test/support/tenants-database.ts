/** A tenants' database made ready, tenants for it, and connections as the product has them. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { applicationRole } from '../../provisioner/database/application-role.ts';
import { prepareTenantsDatabase } from '../../provisioner/database/prepare-cell.ts';
import { newTenantId } from '../../tenancy/ids.ts';
import { type TenantSpec, tenantSpec } from '../../tenancy/tenant-spec.ts';
import { createTenantsDatabase, type TestDatabase } from './databases.ts';
import { fromRunner } from './environment.ts';

/** A fresh tenants' database as a worker finds it after its start. */
export async function createPreparedDatabase(): Promise<TestDatabase> {
  const database = await createTenantsDatabase();
  await prepareTenantsDatabase(database.pool);
  return database;
}

/** A tenant that nobody has made yet. */
export function newTenant(): TenantSpec {
  const cell = {
    database: { host: 'pooler.example', port: 6432, name: 'tenants' },
    gatewayNamespace: 'gateway',
    poolerNamespace: 'pooler',
  };
  return tenantSpec({ id: newTenantId(), plan: 'team', overrides: {} }, cell);
}

/** Runs `work` on a connection whose user is the database's application role, as the product's is. */
export async function withApplication<Result>(
  database: TestDatabase,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const url = new URL(fromRunner('LANDLORD_TEST_SUPERUSER_URL'));
  url.pathname = new URL(database.url).pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    const role = applicationRole(url.pathname.slice(1));
    await client.query(`SET SESSION AUTHORIZATION ${client.escapeIdentifier(role)}`);
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A session that has logged in as `role`, which must exist; the landlord can end it, unlike a superuser's. */
export async function logInAs(database: TestDatabase, role: string): Promise<pg.Client> {
  const password = randomUUID();
  const name = pg.escapeIdentifier(role);
  await database.pool.query(`ALTER ROLE ${name} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
  const url = new URL(database.url);
  const client = new pg.Client({
    host: url.hostname,
    port: Number(url.port),
    database: url.pathname.slice(1),
    user: role,
    password,
  });
  // The end of the session by the server; its next statement tells.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Runs `work` as one tenant, the way the product does. */
export async function withTenant<Result>(
  database: TestDatabase,
  tenant: TenantSpec,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  return withApplication(database, async (client) => {
    const path = client.escapeIdentifier(tenant.schema);
    await client.query(`SET ROLE ${client.escapeIdentifier(tenant.role)}; SET search_path TO ${path}`);
    return work(client);
  });
}

export interface MigrationsDirectory {
  readonly path: string;
  /** Adds or replaces a file. */
  write(name: string, source: string): Promise<void>;
  remove(): Promise<void>;
}

/** A directory of migrations for one spec, each given by its file name and source. */
export async function createMigrations(files: Record<string, string>): Promise<MigrationsDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'landlord-migrations-'));
  const write = (name: string, source: string) => writeFile(join(path, name), source);
  await write('package.json', '{"type": "module"}');
  for (const [name, source] of Object.entries(files)) await write(name, source);
  return { path, write, remove: () => rm(path, { recursive: true }) };
}
