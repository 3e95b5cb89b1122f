/** The role that owns everything of Landlord's in PostgreSQL, and its two databases. */
import type { Client } from 'pg';
import type { Platform } from '../platform.ts';
import type { Task } from '../unit.ts';
import { withSuperuser } from './postgres.ts';

export const OWNER = 'landlord_owner';
export const CONTROL_DATABASE = 'landlord_control';
export const TENANTS_DATABASE = 'landlord_tenants';

export function databasesTask(platform: Platform): Task {
  return {
    kind: 'task',
    name: 'databases',
    dependsOn: ['postgres'],
    run: () =>
      withSuperuser(platform, async (client) => {
        await ensureOwner(client, platform.secrets.landlordOwner);
        for (const database of [CONTROL_DATABASE, TENANTS_DATABASE]) await ensureDatabase(client, database);
      }),
  };
}

/** As on a managed service: no superuser, so that nothing works here that would be refused there. */
async function ensureOwner(client: Client, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [OWNER]);
  if (rowCount === 1) return;
  await client.query(
    `CREATE ROLE ${OWNER} LOGIN NOSUPERUSER CREATEROLE NOCREATEDB PASSWORD ${client.escapeLiteral(password)}`,
  );
}

async function ensureDatabase(client: Client, database: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${database} OWNER ${OWNER}`);
  await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
}
