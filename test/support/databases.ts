/** Databases of their own for each caller, on the throw-away PostgreSQL. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrateControlDatabase } from '../../provisioner/migrate.ts';
import { dropDatabase } from './drop-database.ts';
import { fromRunner } from './environment.ts';
import { withSuperuser } from './superuser.ts';

export interface TestDatabase {
  /** As landlord_owner, who owns the database and is no superuser. */
  readonly url: string;
  readonly pool: pg.Pool;
  /** Ends the pool and removes the database; throws when someone else still has a connection to it. */
  drop(): Promise<void>;
}

const OWNER = 'landlord_owner';
const TEMPLATE = 'landlord_control_template';

/** A fresh control database with all migrations. */
export async function createControlDatabase(): Promise<TestDatabase> {
  await ensureTemplate();
  return createDatabase('control', TEMPLATE);
}

/** A fresh, empty tenants' database. */
export function createTenantsDatabase(): Promise<TestDatabase> {
  return createDatabase('tenants', 'template1');
}

async function createDatabase(kind: string, template: string): Promise<TestDatabase> {
  const name = `test_${kind}_${randomBytes(6).toString('hex')}`;
  await withSuperuser(async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${OWNER}`);
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  });
  const url = ownerUrl(name);
  const pool = new pg.Pool({ connectionString: url });
  const drop = async () => {
    if (!pool.ended) await pool.end();
    await dropDatabase(name);
  };
  return { url, pool, drop };
}

/** Migrated once in a run; whoever comes at the same time waits. Under another name until it is complete. */
async function ensureTemplate(): Promise<void> {
  await withSuperuser(async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [TEMPLATE]);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (rowCount === 1) return;
    const draft = `${TEMPLATE}_draft`;
    await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${draft} OWNER ${OWNER}`);
    await migrateControlDatabase(ownerUrl(draft));
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${TEMPLATE}`);
  });
}

function ownerUrl(database: string): string {
  const url = new URL(fromRunner('LANDLORD_TEST_OWNER_URL'));
  url.pathname = `/${database}`;
  return url.href;
}
