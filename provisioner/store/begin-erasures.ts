import type { Pool, PoolClient } from 'pg';
import { newOperationId, type TenantId, tenantIdSchema } from '../../tenancy/ids.ts';
import { appendAudit } from './append-audit.ts';
import { withTransaction } from './transaction.ts';

/** Only one sweeper at a time decides, or two would together exceed the hourly bound. */
const ONE_AT_A_TIME = `SELECT pg_advisory_xact_lock(hashtext('landlord erasures'))`;

const BEGUN_LAST_HOUR = `
  SELECT count(*)::int AS n FROM operations
  WHERE kind = 'erase' AND approved_by IS NULL AND created_at > clock_timestamp() - interval '1 hour'`;

const GRACE_HAS_ENDED = `wanted <> 'erased' AND erase_after <= clock_timestamp()`;

/** A row that somebody else is changing waits for the next look. */
const NEXT = `
  SELECT id, erasure_approved_by FROM tenants
  WHERE ${GRACE_HAS_ENDED} AND NOT legal_hold AND (erasure_approved_by IS NOT NULL OR $1)
  ORDER BY erasure_approved_by NULLS LAST, erase_after LIMIT 1 FOR UPDATE SKIP LOCKED`;

const BEGIN = `
  WITH tenant AS (
    UPDATE tenants SET wanted = 'erased', state = 'deleting', generation = generation + 1, attempts = 0,
      retry_at = clock_timestamp(), reason = NULL
    WHERE id = $1 RETURNING id, generation, erasure_approved_by
  ), operation AS (
    INSERT INTO operations (id, tenant_id, kind, generation, approved_by)
    SELECT $2, id, 'erase', generation, erasure_approved_by FROM tenant
  ), event AS (
    INSERT INTO events (tenant_id, kind, detail)
    SELECT id, 'tenant.wish', jsonb_build_object('wish', 'erase', 'generation', generation) FROM tenant
  )
  INSERT INTO outbox (tenant_id) SELECT id FROM tenant`;

/** Says once, where nothing else is to be said, what keeps an erasure from beginning. */
const SAY_WHAT_IT_WAITS_FOR = `
  UPDATE tenants SET reason = CASE WHEN legal_hold THEN 'its erasure waits: the tenant is under legal hold'
    ELSE 'its erasure waits: ' || $1 || ' began within an hour; a second person can approve it' END
  WHERE ${GRACE_HAS_ENDED} AND reason IS NULL AND observed_generation = generation
    AND id IN (SELECT id FROM tenants WHERE ${GRACE_HAS_ENDED} FOR UPDATE SKIP LOCKED)`;

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
      const id = await beginNext(client, perHour);
      if (id === undefined) break;
      begun.push(id);
    }
    await client.query(SAY_WHAT_IT_WAITS_FOR, [perHour]);
    return begun;
  });
}

async function beginNext(client: PoolClient, perHour: number): Promise<TenantId | undefined> {
  const { rows: counted } = await client.query<{ n: number }>(BEGUN_LAST_HOUR);
  const isWithinBound = (counted[0]?.n ?? 0) < perHour;
  const { rows } = await client.query(NEXT, [isWithinBound]);
  const [row] = rows;
  if (row === undefined) return undefined;
  const tenantId = tenantIdSchema.parse(row.id);
  const operationId = newOperationId();
  await client.query(BEGIN, [tenantId, operationId]);
  await appendAudit(client, {
    actor: 'sweeper',
    action: 'tenant.erase',
    tenantId,
    requestId: operationId,
    detail: { operationId, approvedBy: row.erasure_approved_by },
  });
  return tenantId;
}
