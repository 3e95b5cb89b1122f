/** What carries a tenant's mark without being a tenant's. */
import { type Orphan, type OrphanKind, orphanSchema } from '../../tenancy/drift-view.ts';
import { type TenantId, tenantIdSchema } from '../../tenancy/ids.ts';
import { instant } from './instant.ts';
import type { Queryable } from './transaction.ts';

export interface MarkedObject {
  readonly kind: OrphanKind;
  readonly name: string;
  /** Whose it says it is. */
  readonly labelled: string;
}

/** The tenants that exist now, or did at `since`: what was theirs when it was seen is nobody else's. */
export async function tenantsAliveSince(
  db: Queryable,
  ids: readonly string[],
  since: Date,
): Promise<ReadonlySet<TenantId>> {
  const { rows } = await db.query<{ id: string }>(
    'SELECT id FROM tenants WHERE id = ANY ($1) AND (erased_at IS NULL OR erased_at > $2)',
    [ids, since],
  );
  return new Set(rows.map(({ id }) => tenantIdSchema.parse(id)));
}

/** The time, by the clock that the rows go by. */
export async function databaseTime(db: Queryable): Promise<Date> {
  const { rows } = await db.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const [row] = rows;
  if (row === undefined) throw new Error('the control database does not tell the time');
  return row.now;
}

/** Makes the orphans of one kind those that were just seen. */
export async function recordOrphans(
  db: Queryable,
  kind: OrphanKind,
  orphans: readonly MarkedObject[],
): Promise<void> {
  await db.query(
    `WITH gone AS (DELETE FROM orphans WHERE kind = $1 AND name <> ALL ($2::text[]))
     INSERT INTO orphans (kind, name, labelled)
     SELECT $1, name, labelled FROM unnest($2::text[], $3::text[]) AS seen (name, labelled)
     ON CONFLICT (kind, name) DO UPDATE SET labelled = excluded.labelled, last_seen_at = clock_timestamp()`,
    [kind, orphans.map(({ name }) => name), orphans.map(({ labelled }) => labelled)],
  );
}

export async function listOrphans(db: Queryable): Promise<Orphan[]> {
  const { rows } = await db.query(
    `SELECT kind, name, labelled, ${instant('found_at')} AS "foundAt", ${instant('last_seen_at')} AS "lastSeenAt"
     FROM orphans ORDER BY orphans.kind, orphans.name`,
  );
  return orphanSchema.array().parse(rows);
}
