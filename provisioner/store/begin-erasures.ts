import type { Pool } from 'pg';
import { newOperationId, type TenantId, tenantIdSchema } from '../../tenancy/ids.ts';
import { withTransaction } from './transaction.ts';

/** Only one sweeper at a time decides, or two would together exceed the hourly bound. */
const ONE_AT_A_TIME = `SELECT pg_advisory_xact_lock(hashtext('landlord erasures'))`;

const BEGUN_LAST_HOUR = `
  SELECT count(*)::int AS n FROM operations
  WHERE kind = 'erase' AND approved_by IS NULL AND created_at > clock_timestamp() - interval '1 hour'`;

const ENDED_GRACE = `
  SELECT id FROM tenants
  WHERE wanted <> 'erased' AND erase_after <= clock_timestamp() AND NOT legal_hold
    AND (erasure_approved_by IS NOT NULL OR $1)
  ORDER BY erasure_approved_by NULLS LAST, erase_after LIMIT 1 FOR UPDATE`;

const BEGIN = `
  WITH tenant AS (
    UPDATE tenants SET wanted = 'erased', state = 'deleting', generation = generation + 1, attempts = 0,
      retry_at = clock_timestamp(), reason = NULL
    WHERE id = $1 RETURNING id, generation, erasure_approved_by
  ), operation AS (
    INSERT INTO operations (id, tenant_id, kind, generation, approved_by)
    SELECT $2, id, 'erase', generation, erasure_approved_by FROM tenant
  )
  INSERT INTO outbox (tenant_id) SELECT id FROM tenant`;

/**
 * Begins the erasure of tenants whose grace has ended: at most `perHour` in any hour, beyond that only those that a second
 * person approved (invariant 9). A tenant under legal hold waits.
 * @returns the tenants whose erasure begins now
 */
export async function beginErasures(db: Pool, perHour: number): Promise<TenantId[]> {
  return withTransaction(db, async (client) => {
    await client.query(ONE_AT_A_TIME);
    const begun: TenantId[] = [];
    for (;;) {
      const { rows: counted } = await client.query<{ n: number }>(BEGUN_LAST_HOUR);
      const isWithinBound = (counted[0]?.n ?? 0) < perHour;
      const { rows } = await client.query<{ id: string }>(ENDED_GRACE, [isWithinBound]);
      if (rows[0] === undefined) return begun;
      const id = tenantIdSchema.parse(rows[0].id);
      await client.query(BEGIN, [id, newOperationId()]);
      begun.push(id);
    }
  });
}
