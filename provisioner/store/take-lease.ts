import type { Fence } from '../../tenancy/fence.ts';
import type { OperationId, TenantId } from '../../tenancy/ids.ts';
import { operationIdSchema } from '../../tenancy/ids.ts';
import { overridesSchema, planNameSchema } from '../../tenancy/plans.ts';
import { targetSchema } from '../../tenancy/states.ts';
import type { TenantWish } from '../../tenancy/tenant-spec.ts';
import { type Queryable, withTransaction } from './transaction.ts';

/** A tenant that this process alone may work on until the lease ends. */
export interface LeasedTenant {
  readonly wish: TenantWish;
  readonly generation: number;
  /** Attempts that failed since the wish was last changed, those that ended with their worker among them. */
  readonly attempts: number;
  readonly operationId: OperationId;
  readonly fence: Fence;
  /** The last promoted Pulumi state, compressed; null before the first run. */
  readonly stackState: Buffer | null;
  /** The last migration of its schema; null as long as it never had one. */
  readonly schemaVersion: string | null;
}

export type LeaseTaken =
  | { readonly result: 'leased'; readonly tenant: LeasedTenant }
  /** Someone holds the lease. */
  | { readonly result: 'busy' }
  /** Nothing is due: the wish is real, failed, or waits for its next attempt. */
  | { readonly result: 'idle' }
  | { readonly result: 'unknown' };

/** A tenant in its grace period is kept suspended: its erasure may still be taken back. */
export const TARGET = `CASE WHEN wanted <> 'erased' AND erase_after IS NOT NULL THEN 'suspended' ELSE wanted END`;

const TAKE = `
  UPDATE tenants SET
    attempts = attempts + (lease_holder IS NOT NULL)::integer,
    lease_holder = $2,
    lease_epoch = (SELECT epoch FROM control_epoch),
    lease_number = lease_number + 1,
    lease_expires_at = clock_timestamp() + $3 * interval '1 millisecond',
    state = CASE WHEN erase_after IS NOT NULL THEN 'deleting'
      WHEN observed_generation = 0 THEN 'provisioning' ELSE 'updating' END
  WHERE id = $1 AND observed_generation < generation AND state <> 'failed'
    AND retry_at <= clock_timestamp()
    AND (lease_expires_at IS NULL OR lease_expires_at <= clock_timestamp())
  RETURNING plan, overrides, ${TARGET} AS target, generation, attempts, stack_state, schema_version, lease_epoch, lease_number`;

const START_OPERATION = `
  WITH superseded AS (
    UPDATE operations SET state = 'superseded', finished_at = clock_timestamp()
    WHERE tenant_id = $1 AND generation < $2 AND state IN ('pending', 'running')
  )
  UPDATE operations SET state = 'running', started_at = coalesce(started_at, clock_timestamp())
  WHERE tenant_id = $1 AND generation = $2 RETURNING id`;

/**
 * Takes the lease of a tenant that has work to do, by the database's clock, and starts its operation.
 * @param holder names the worker, for people who look
 */
export async function takeLease(
  db: Parameters<typeof withTransaction>[0],
  id: TenantId,
  holder: string,
  durationMs: number,
): Promise<LeaseTaken> {
  return withTransaction(db, async (client) => {
    const { rows } = await client.query(TAKE, [id, holder, durationMs]);
    const [row] = rows;
    if (row === undefined) return whyNot(client, id);
    const operation = await client.query(START_OPERATION, [id, row.generation]);
    return {
      result: 'leased',
      tenant: {
        wish: {
          id,
          plan: planNameSchema.parse(row.plan),
          overrides: overridesSchema.parse(row.overrides),
          target: targetSchema.parse(row.target),
        },
        generation: row.generation,
        attempts: row.attempts,
        operationId: operationIdSchema.parse(operation.rows[0]?.id),
        fence: { epoch: row.lease_epoch, number: Number(row.lease_number) },
        stackState: row.stack_state,
        schemaVersion: row.schema_version,
      },
    };
  });
}

async function whyNot(db: Queryable, id: TenantId): Promise<LeaseTaken> {
  const { rows } = await db.query<{ leased: boolean }>(
    'SELECT coalesce(lease_expires_at > clock_timestamp(), false) AS leased FROM tenants WHERE id = $1',
    [id],
  );
  if (rows[0] === undefined) return { result: 'unknown' };
  return { result: rows[0].leased ? 'busy' : 'idle' };
}
