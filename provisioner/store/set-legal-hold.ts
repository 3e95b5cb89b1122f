import type { TenantId } from '../../tenancy/ids.ts';
import type { Queryable } from './transaction.ts';

export type LegalHoldSet =
  | { readonly result: 'set'; readonly before: boolean }
  | { readonly result: 'unknown' }
  /** Its erasure has begun: what is gone can't be held. */
  | { readonly result: 'too late' };

/** Forbids, or allows again, that a tenant is deleted. Run it in a transaction. */
export async function setLegalHold(db: Queryable, id: TenantId, isHeld: boolean): Promise<LegalHoldSet> {
  const { rows } = await db.query<{ legal_hold: boolean; wanted: string }>(
    'SELECT legal_hold, wanted FROM tenants WHERE id = $1 FOR UPDATE',
    [id],
  );
  const [row] = rows;
  if (row === undefined) return { result: 'unknown' };
  if (row.wanted === 'erased') return { result: 'too late' };
  // What an erasure waited for is said anew.
  await db.query(
    `UPDATE tenants SET legal_hold = $2,
       reason = CASE WHEN state = 'deleting' AND observed_generation = generation THEN NULL ELSE reason END
     WHERE id = $1`,
    [id, isHeld],
  );
  return { result: 'set', before: row.legal_hold };
}
