import type { Pool, PoolClient } from 'pg';

const NAME_MAX_BYTES = 63;

/**
 * The role that the product connects as in one tenants' database. Roles belong to the whole server, so it is
 * named after the database. It has no right but to connect and to become a tenant of this database (SET ROLE).
 * @throws RangeError when the name would be longer than PostgreSQL keeps
 */
export function applicationRole(database: string): string {
  const name = `landlord_app_${database}`;
  if (Buffer.byteLength(name) > NAME_MAX_BYTES) {
    throw new RangeError(
      `the database name "${database}" is too long: "${name}" must fit in ${NAME_MAX_BYTES} bytes`,
    );
  }
  return name;
}

/** The name of the database that `db` is connected to, which a pooler may call otherwise. */
export async function currentDatabase(db: Pick<Pool | PoolClient, 'query'>): Promise<string> {
  const { rows } = await db.query<{ name: string }>('SELECT current_database() AS name');
  if (rows[0] === undefined) throw new Error('no answer to SELECT current_database()');
  return rows[0].name;
}
