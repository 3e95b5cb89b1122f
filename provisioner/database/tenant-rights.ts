import { escapeIdentifier } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';

/** Knex's own relations in a tenant's schema: the landlord's, out of the tenant's reach. */
export const BOOKKEEPING: readonly string[] = [
  'knex_migrations',
  'knex_migrations_id_seq',
  'knex_migrations_lock',
  'knex_migrations_lock_index_seq',
];

/** What a tenant may do with its tables and sequences: work with rows, never with their structure. */
export const TABLE_RIGHTS: readonly string[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
export const SEQUENCE_RIGHTS: readonly string[] = ['SELECT', 'USAGE'];

/** What the tenant's role may do with its schema: enter it, unless it is kept from its data. */
export function schemaRights(spec: TenantSpec): readonly string[] {
  return spec.target === 'active' ? ['USAGE'] : [];
}

/**
 * SQL that gives the tenant's role its rights on its schema, on all that is there and, as defaults, on what later
 * migrations make. Idempotent. There is no CREATE: structure is the migrations' alone, so that a tenant's
 * schema is what its version says.
 */
export function tenantRightsSql(spec: TenantSpec): string {
  const schema = escapeIdentifier(spec.schema);
  const role = escapeIdentifier(spec.role);
  const tables = TABLE_RIGHTS.join(', ');
  const sequences = SEQUENCE_RIGHTS.join(', ');
  const bookkeeping = ['knex_migrations', 'knex_migrations_lock'].map((table) => `${schema}.${table}`);
  const bookkeepingSequences = ['knex_migrations_id_seq', 'knex_migrations_lock_index_seq'];
  const entry = schemaRights(spec).map((right) => `GRANT ${right} ON SCHEMA ${schema} TO ${role};`);
  return `
    ${entry.join('\n')}
    GRANT ${tables} ON ALL TABLES IN SCHEMA ${schema} TO ${role};
    GRANT ${sequences} ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};
    GRANT EXECUTE ON ALL ROUTINES IN SCHEMA ${schema} TO ${role};
    REVOKE ALL ON ${bookkeeping.join(', ')} FROM ${role};
    REVOKE ALL ON SEQUENCE ${bookkeepingSequences.map((name) => `${schema}.${name}`).join(', ')} FROM ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT ${tables} ON TABLES TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT ${sequences} ON SEQUENCES TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT EXECUTE ON ROUTINES TO ${role}`;
}
