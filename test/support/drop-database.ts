/** Removes a spec's database, with the roles that go with it; finds connections left open. */
import type pg from 'pg';
import { applicationRole } from '../../provisioner/database/application-role.ts';
import { eventually } from './eventually.ts';
import { withSuperuser } from './superuser.ts';

/** A server process needs a moment to notice that its client has gone. */
const GRACE_MS = 2_000;

/** @throws Error naming each connection that is still open; the database is removed all the same */
export async function dropDatabase(name: string): Promise<void> {
  await withSuperuser(async (client) => {
    const leaked = await openConnections(client, name);
    const roles = await rolesOf(client, name);
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    for (const role of roles) await client.query(`DROP ROLE IF EXISTS ${client.escapeIdentifier(role)}`);
    if (leaked.length > 0) throw new Error(`connections to ${name} were left open: ${leaked.join('; ')}`);
  });
}

/** Descriptions of the connections still open when the grace is over; usually none. */
async function openConnections(client: pg.Client, name: string): Promise<string[]> {
  let open: string[] = [];
  const isFree = async () => {
    const { rows } = await client.query<{ description: string }>(
      `SELECT format('%s (%s), last: %s', pid, usename, left(query, 80)) AS description
         FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
      [name],
    );
    open = rows.map(({ description }) => description);
    return open.length === 0;
  };
  await eventually(isFree, { timeoutMs: GRACE_MS }).catch(() => false);
  return open;
}

/** Roles belong to the server, not to a database: the application's role of this one, and its tenants'. */
async function rolesOf(client: pg.Client, name: string): Promise<string[]> {
  const { rows } = await client.query<{ rolname: string }>(
    `SELECT rolname FROM pg_roles WHERE rolname = $2
     UNION
     SELECT r.rolname FROM pg_roles r JOIN pg_auth_members m ON m.roleid = r.oid
      WHERE m.member = to_regrole($2) AND r.rolname ~ '^t_'
     UNION
     SELECT r.rolname FROM pg_roles r JOIN pg_shdepend d ON d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid
      WHERE r.rolname ~ '^t_'
      GROUP BY r.rolname
     HAVING bool_and(d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = $1)))`,
    [name, applicationRole(name)],
  );
  return rows.map(({ rolname }) => rolname);
}
