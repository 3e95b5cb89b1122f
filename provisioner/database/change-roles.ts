import type { ClientBase } from 'pg';

/**
 * Runs statements that change roles, one transaction at a time in the whole database: they meet in catalogue rows that
 * PostgreSQL doesn't lock. The last lock a transaction takes: it is held briefly and can't be part of a cycle.
 */
export async function changeRoles(client: ClientBase, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return;
  await client.query(['LOCK TABLE landlord.role_changes IN EXCLUSIVE MODE', ...statements].join(';\n'));
}
