import { type ClientBase, escapeIdentifier } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { applicationRole, currentDatabase } from './application-role.ts';
import { changeRoles } from './change-roles.ts';

/** How long PostgreSQL waits for each session it ends. */
const WAIT_MS = 5_000;

interface Session {
  readonly pid: number;
  readonly user: string;
}

/**
 * Ends the sessions that work as the tenant, inside the caller's transaction: those of its own role, and the product's
 * with a transaction that has touched its schema. Sessions of people and of backups stay.
 * @throws Error when one doesn't end
 */
export async function endSessions(client: ClientBase, spec: TenantSpec): Promise<void> {
  const sessions = await findSessions(client, spec);
  if (sessions.length === 0) return;
  const users = [...new Set(sessions.map((session) => escapeIdentifier(session.user)))].join(', ');
  // Ending a role's sessions takes the role's rights. We have them until the savepoint, and nobody else sees that.
  await client.query('SAVEPOINT ending');
  await changeRoles(client, [`GRANT ${users} TO CURRENT_USER WITH INHERIT TRUE, SET FALSE`]);
  await client.query('SELECT pg_terminate_backend(pid, $2) FROM unnest($1::int[]) AS pid', [
    sessions.map((session) => session.pid),
    WAIT_MS,
  ]);
  await client.query('ROLLBACK TO SAVEPOINT ending');
  const left = await findSessions(client, spec);
  if (left.length === 0) return;
  const names = left.map(({ pid, user }) => `${pid} of ${user}`).join(', ');
  throw new Error(`sessions that work as tenant ${spec.id} did not end within ${WAIT_MS} ms: ${names}`);
}

async function findSessions(client: ClientBase, spec: TenantSpec): Promise<Session[]> {
  const application = applicationRole(await currentDatabase(client));
  // PostgreSQL shows a transaction the sessions as they were when it first asked.
  await client.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await client.query<Session>(
    `SELECT pid, usename AS user FROM pg_stat_activity
     WHERE usename = $1 OR (usename = $2 AND pid IN (
       SELECT lock.pid FROM pg_locks AS lock JOIN pg_class ON pg_class.oid = lock.relation
         JOIN pg_database AS here ON here.oid = lock.database
       WHERE here.datname = current_database() AND relnamespace = to_regnamespace(quote_ident($3))))`,
    [spec.role, application, spec.schema],
  );
  return rows;
}
