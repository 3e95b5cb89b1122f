import { newOperationId, type OperationId, type TenantId } from '../../tenancy/ids.ts';
import { type Overrides, overridesSchema, type PlanName, planNameSchema } from '../../tenancy/plans.ts';
import {
  type Deletion,
  type TenantState,
  tenantStateSchema,
  type Wish,
  wishesAllowedIn,
} from '../../tenancy/states.ts';
import type { Queryable } from './transaction.ts';

/** What a wish changes of the row; what is left out stays. */
export interface WishChange {
  readonly wish: Wish;
  /** Who wishes it. A deletion remembers, since another one has to approve an erasure out of turn. */
  readonly by: string;
  readonly company?: string | undefined;
  readonly plan?: PlanName | undefined;
  readonly overrides?: Overrides | undefined;
  /** For `delete`: hours until the erasure begins, during which it can be taken back. */
  readonly graceHours?: number | undefined;
  /** The generation that the caller saw; the change is refused when another one came since. */
  readonly ifGeneration?: number | undefined;
}

/** How long a deletion can be taken back unless it says otherwise. */
const GRACE_HOURS = 72;

export type WishChanged =
  | {
      readonly result: 'changed';
      readonly operationId: OperationId;
      readonly generation: number;
      readonly before: WishBefore;
    }
  | { readonly result: 'unknown' }
  | { readonly result: 'stale'; readonly generation: number }
  /** The state does not allow the wish; `allowed` are those it does. */
  | { readonly result: 'refused'; readonly state: TenantState; readonly allowed: readonly Wish[] }
  /** A deletion of what is under legal hold. */
  | { readonly result: 'held' };

/** What the row said before the wish. */
export interface WishBefore {
  readonly state: TenantState;
  readonly generation: number;
  readonly plan: PlanName;
  readonly overrides: Overrides;
}

/**
 * Writes a new wish: next generation, its operation, event and wake-up. Run it in a transaction, which holds the
 * tenant's row from then on.
 */
export async function changeWish(db: Queryable, id: TenantId, change: WishChange): Promise<WishChanged> {
  const row = await lockRow(db, id);
  if (row === undefined) return { result: 'unknown' };
  const { deletion, isHeld, ...before } = row;
  if (change.ifGeneration !== undefined && change.ifGeneration !== before.generation) {
    return { result: 'stale', generation: before.generation };
  }
  const allowed = wishesAllowedIn(before.state, deletion);
  if (!allowed.includes(change.wish)) return { result: 'refused', state: before.state, allowed };
  if (change.wish === 'delete' && isHeld) return { result: 'held' };
  return { result: 'changed', ...(await writeWish(db, id, change)), before };
}

async function lockRow(db: Queryable, id: TenantId) {
  const { rows } = await db.query(
    `SELECT state, generation, plan, overrides, legal_hold, wanted, erase_after
     FROM tenants WHERE id = $1 FOR UPDATE`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const inDeletion: Deletion = row.erase_after === null ? 'none' : 'grace';
  return {
    state: tenantStateSchema.parse(row.state),
    generation: Number(row.generation),
    plan: planNameSchema.parse(row.plan),
    overrides: overridesSchema.parse(row.overrides),
    deletion: row.wanted === 'erased' ? 'erasure' : inDeletion,
    isHeld: row.legal_hold === true,
  } as const;
}

/**
 * Writes the next generation with its operation, whatever the state allows; the tenant's row must be locked. A `repair`
 * changes nothing of the wish: it has the same made real again.
 */
export async function writeWish(
  db: Queryable,
  id: TenantId,
  change: Omit<WishChange, 'wish'> & { readonly wish: Wish | 'repair' },
): Promise<{ readonly operationId: OperationId; readonly generation: number }> {
  const operationId = newOperationId();
  const overrides = change.overrides === undefined ? null : JSON.stringify(change.overrides);
  const parameters = [
    ...[id, change.company ?? null, change.plan ?? null, overrides],
    ...[change.graceHours ?? GRACE_HOURS, operationId, change.wish, change.by],
  ];
  const { rows } = await db.query<{ generation: number }>(WRITE, parameters);
  const [written] = rows;
  if (written === undefined) throw new Error(`tenant ${id} vanished while its row was locked`);
  return { operationId, generation: written.generation };
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
      erasure_requested_by = CASE $7 WHEN 'delete' THEN $8 WHEN 'cancel-deletion' THEN NULL
        ELSE erasure_requested_by END,
      erasure_approved_by = CASE WHEN $7 IN ('delete', 'cancel-deletion') THEN NULL ELSE erasure_approved_by END,
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
