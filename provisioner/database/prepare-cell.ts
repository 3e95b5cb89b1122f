import type { ClientBase, Pool } from 'pg';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { PermanentError } from '../../tenancy/errors.ts';
import { withTransaction } from '../store/transaction.ts';
import { applicationRole, currentDatabase } from './application-role.ts';
import { retryContention } from './retry-contention.ts';

/**
 * Makes a tenants' database fit to hold tenants. Idempotent; run at a worker's start as the database's owner.
 *
 * Afterwards PUBLIC, and so every tenant, may neither connect nor make temporary tables, has nothing in `public`,
 * and may not call functions that landlord_owner makes. Schema `landlord` holds the fences out of tenants' sight.
 *
 * What PostgreSQL leaves open to any role, and only a superuser could close: it may read the catalogue (names of
 * schemas, tables and roles, all opaque; not their rows), take advisory locks, NOTIFY, and make large objects of its own.
 * Nothing of the landlord's in this database depends on any of these, and a tenant can't open another's large objects.
 * One thing is the server's, not the database's: the queue of NOTIFY. Where the control database shouldn't feel a tenant
 * that fills it, give it a server of its own.
 * @throws PermanentError when schema `landlord` or the application role exists and is not ours
 */
export async function prepareTenantsDatabase(pool: Pool): Promise<void> {
  await retryContention(() =>
    withTransaction(pool, async (client) => {
      const database = await currentDatabase(client);
      await makeLandlordSchema(client);
      await makeApplicationRole(client, database);
      await client.query(closePublic(database));
    }),
  );
}

async function makeLandlordSchema(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ owner: string; ours: boolean }>(
    `SELECT nspowner::regrole::text AS owner, nspowner = current_user::regrole AS ours
     FROM pg_namespace WHERE nspname = 'landlord'`,
  );
  if (rows[0]?.ours === false) {
    throw new PermanentError(
      `schema landlord of the tenants' database belongs to ${rows[0].owner}: rename it, or give the landlord another database`,
    );
  }
  await client.query(LANDLORD_SCHEMA);
}

/** `role_changes` is a lock and holds no rows: tenants could hold an advisory lock against us, but not this. */
const LANDLORD_SCHEMA = `
  CREATE SCHEMA IF NOT EXISTS landlord;
  CREATE TABLE IF NOT EXISTS landlord.fences (
    tenant_id text PRIMARY KEY,
    epoch bigint NOT NULL,
    number bigint NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT now()
  );
  COMMENT ON TABLE landlord.fences IS 'The highest fence seen of each tenant; a writer with a lower one is refused.';
  CREATE TABLE IF NOT EXISTS landlord.role_changes ();
  COMMENT ON TABLE landlord.role_changes IS 'Locked while roles change, so that only one transaction at a time does.'`;

async function makeApplicationRole(client: ClientBase, database: string): Promise<void> {
  const name = applicationRole(database);
  const comment = `landlord application role of ${database}`;
  const { rows } = await client.query<{ comment: string | null }>(
    "SELECT shobj_description(oid, 'pg_authid') AS comment FROM pg_roles WHERE rolname = $1",
    [name],
  );
  if (rows[0] && rows[0].comment !== comment) {
    throw new PermanentError(
      `role ${name} exists without the comment ${JSON.stringify(comment)}: find out who made it, then remove it`,
    );
  }
  if (rows[0]) return;
  const role = escapeIdentifier(name);
  await client.query(
    `CREATE ROLE ${role} NOLOGIN NOINHERIT; COMMENT ON ROLE ${role} IS ${escapeLiteral(comment)}`,
  );
}

/** SQL that takes from PUBLIC what `prepareTenantsDatabase` promises. */
export function closePublic(database: string): string {
  const name = escapeIdentifier(database);
  return `
    REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${name} TO ${escapeIdentifier(applicationRole(database))};
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC`;
}
