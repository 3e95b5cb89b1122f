/** A row of its own in each tenant's schema: it stays, and no other schema ever holds it. */
import { escapeIdentifier } from 'pg';
import { withSuperuser } from '../support/superuser.ts';
import { withTenant } from '../support/tenants-database.ts';
import type { Stage } from './stage.ts';
import type { StagedTenant } from './tenants-of.ts';

/** Writes each ready tenant's canary as the tenant itself, unless it is there already. */
export async function writeCanaries(stage: Stage, tenants: readonly StagedTenant[]): Promise<void> {
  for (const { id, spec } of tenants.filter(({ state }) => state === 'ready')) {
    if (stage.canaries.has(id)) continue;
    await withTenant(stage.tenants, spec, (client) =>
      client.query(`INSERT INTO settings (key, value) VALUES ('canary', to_jsonb($1::text))`, [id]),
    );
    stage.canaries.add(id);
  }
}

export async function canaryProblems(stage: Stage, tenants: readonly StagedTenant[]): Promise<string[]> {
  await writeCanaries(stage, tenants);
  const kept = tenants.filter(({ id, state }) => stage.canaries.has(id) && state !== 'deleted');
  return withSuperuser(async (client) => {
    const problems: string[] = [];
    for (const { id, spec } of kept) {
      const { rows } = await client.query<{ value: string }>(
        `SELECT value #>> '{}' AS value FROM ${escapeIdentifier(spec.schema)}.settings WHERE key = 'canary'`,
      );
      const found = rows.map(({ value }) => value).join(', ') || 'none';
      if (found !== id) problems.push(`schema ${spec.schema} should hold the canary ${id}; found: ${found}`);
    }
    return problems;
  }, stage.tenants.url);
}
