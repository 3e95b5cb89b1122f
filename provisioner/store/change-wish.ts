import { newOperationId, type OperationId, type TenantId } from '../../tenancy/ids.ts';
import type { Overrides, PlanName } from '../../tenancy/plans.ts';
import { ALLOWED_IN, type TenantState, tenantStateSchema, type Wish } from '../../tenancy/states.ts';
import type { Queryable } from './transaction.ts';

/** What a wish changes of the row; what is left out stays. */
export interface WishChange {
  readonly wish: Wish;
  readonly company?: string;
  readonly plan?: PlanName;
  readonly overrides?: Overrides;
  /** For `delete`: hours until the erasure begins, during which it can be taken back. */
  readonly graceHours?: number;
  /** The generation that the caller saw; the change is refused when another one came since. */
  readonly ifGeneration?: number;
}

/** How long a deletion can be taken back unless it says otherwise. */
const GRACE_HOURS = 72;

export type WishChanged =
  | { readonly result: 'changed'; readonly operationId: OperationId; readonly generation: number }
  | { readonly result: 'unknown' }
  | { readonly result: 'stale'; readonly generation: number }
  /** The state does not allow the wish. */
  | { readonly result: 'refused'; readonly state: TenantState }
  | { readonly result: 'held' };

/**
 * Writes a new wish: next generation, its operation, event and wake-up. Run it in a transaction, which holds the
 * tenant's row from then on.
 */
export async function changeWish(db: Queryable, id: TenantId, change: WishChange): Promise<WishChanged> {
  const { rows } = await db.query(
    'SELECT state, generation, legal_hold, wanted FROM tenants WHERE id = $1 FOR UPDATE',
    [id],
  );
  const [row] = rows;
  if (row === undefined) return { result: 'unknown' };
  const state = tenantStateSchema.parse(row.state);
  if (change.ifGeneration !== undefined && change.ifGeneration !== row.generation) {
    return { result: 'stale', generation: row.generation };
  }
  const isErasing = change.wish === 'cancel-deletion' && row.wanted === 'erased';
  if (!ALLOWED_IN[change.wish].includes(state) || isErasing) return { result: 'refused', state };
  if (change.wish === 'delete' && row.legal_hold) return { result: 'held' };
  const operationId = newOperationId();
  const written = await db.query<{ generation: number }>(WRITE, [
    ...[id, change.company ?? null, change.plan ?? null],
    ...[
      change.overrides === undefined ? null : JSON.stringify(change.overrides),
      change.graceHours ?? GRACE_HOURS,
    ],
    ...[operationId, change.wish],
  ]);
  return { result: 'changed', operationId, generation: written.rows[0]?.generation ?? 0 };
}

const WRITE = `
  WITH tenant AS (
    UPDATE tenants SET
      generation = generation + 1, attempts = 0, retry_at = clock_timestamp(), reason = NULL,
      state = CASE
        WHEN $7 = 'delete' OR (erase_after IS NOT NULL AND $7 <> 'cancel-deletion') THEN 'deleting'
        WHEN observed_generation = 0 THEN 'provisioning' ELSE 'updating' END,
      wanted = CASE $7 WHEN 'suspend' THEN 'suspended' WHEN 'resume' THEN 'active' ELSE wanted END,
      erase_after = CASE $7
        WHEN 'delete' THEN clock_timestamp() + $5::float8 * interval '1 hour'
        WHEN 'cancel-deletion' THEN NULL ELSE erase_after END,
      company = coalesce($2::text, company),
      plan = coalesce($3::text, plan),
      overrides = coalesce($4::jsonb, overrides)
    WHERE id = $1 RETURNING id, generation
  ), operation AS (
    INSERT INTO operations (id, tenant_id, kind, generation) SELECT $6, id, $7, generation FROM tenant
  ), event AS (
    INSERT INTO events (tenant_id, kind, detail)
    SELECT id, 'tenant.wish', jsonb_build_object('wish', $7::text, 'generation', generation) FROM tenant
  ), wake AS (
    INSERT INTO outbox (tenant_id) SELECT id FROM tenant
  )
  SELECT generation FROM tenant`;
