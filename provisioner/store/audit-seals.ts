/** Reads and adds the audit log's seals. */
import { type Seal, sealSchema } from '../../tenancy/audit/seal.ts';
import type { Queryable } from './transaction.ts';

/** Seals with a greater number, in order. */
export async function readSeals(db: Queryable, after: number, limit: number): Promise<Seal[]> {
  const { rows } = await db.query(
    'SELECT number::float8 AS number, content, signature FROM audit_seals WHERE number > $1 ORDER BY audit_seals.number LIMIT $2',
    [after, limit],
  );
  return sealSchema.array().parse(rows);
}

export async function newestSeal(db: Queryable): Promise<Seal | undefined> {
  const { rows } = await db.query(
    'SELECT number::float8 AS number, content, signature FROM audit_seals ORDER BY audit_seals.number DESC LIMIT 1',
  );
  return sealSchema.optional().parse(rows[0]);
}

/** @throws Error when there is a seal of this number */
export async function appendSeal(db: Queryable, seal: Seal): Promise<void> {
  await db.query('INSERT INTO audit_seals (number, content, signature) VALUES ($1, $2, $3)', [
    seal.number,
    seal.content,
    seal.signature,
  ]);
}
