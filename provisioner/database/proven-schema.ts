import type { ClientBase } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { requireOwnership } from './ownership.ts';

/**
 * Whether the tenant's schema exists.
 * @throws PermanentError when a schema of that name exists and is not the tenant's
 */
export async function provenSchema(client: ClientBase, spec: TenantSpec): Promise<boolean> {
  const { rows } = await client.query<{ comment: string | null }>(
    `SELECT obj_description(oid, 'pg_namespace') AS comment FROM pg_namespace WHERE nspname = $1`,
    [spec.schema],
  );
  const [found] = rows;
  if (found) requireOwnership(`schema ${spec.schema}`, found.comment, spec.id);
  return found !== undefined;
}
