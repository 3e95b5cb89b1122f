import type { Pool } from 'pg';
import { type TenantId, tenantIdSchema } from '../../tenancy/ids.ts';
import { withTransaction } from './transaction.ts';

/**
 * Takes up to `limit` rows out of the outbox and hands their tenants to `send`, in one transaction: when `send`
 * throws, the rows stay. Rows that another relay is sending are passed over.
 * @returns how many were sent
 */
export async function drainOutbox(
  db: Pool,
  limit: number,
  send: (tenants: TenantId[]) => Promise<void>,
): Promise<number> {
  return withTransaction(db, async (client) => {
    const { rows } = await client.query<{ tenant_id: string }>(
      `DELETE FROM outbox WHERE id IN
         (SELECT id FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING tenant_id`,
      [limit],
    );
    const tenants = [...new Set(rows.map((row) => tenantIdSchema.parse(row.tenant_id)))];
    if (tenants.length > 0) await send(tenants);
    return rows.length;
  });
}
