/** Wishes after the first: suspend, resume, change the plan, erase after a grace period, and take that back. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE tenants
      ADD COLUMN wanted text NOT NULL DEFAULT 'active' CHECK (wanted IN ('active', 'suspended', 'erased')),
      ADD COLUMN erase_after timestamptz,
      ADD COLUMN legal_hold boolean NOT NULL DEFAULT false,
      ADD COLUMN erasure_requested_by text,
      ADD COLUMN erasure_approved_by text CHECK (erasure_approved_by <> erasure_requested_by),
      ADD COLUMN erased_at timestamptz,
      DROP CONSTRAINT tenants_state_check,
      ADD CONSTRAINT tenants_state_check CHECK (state IN
        ('requested', 'provisioning', 'ready', 'updating', 'suspended', 'failed', 'deleting', 'deleted')),
      ADD CHECK ((state = 'deleted') = (erased_at IS NOT NULL)),
      ADD CHECK (state <> 'deleted' OR (stack_state IS NULL AND company = '' AND email = ''));
    CREATE INDEX tenants_ending_grace ON tenants (erase_after) WHERE wanted <> 'erased';

    ALTER TABLE operations
      ADD COLUMN approved_by text,
      DROP CONSTRAINT operations_kind_check,
      ADD CONSTRAINT operations_kind_check CHECK (kind IN
        ('provision', 'update', 'suspend', 'resume', 'retry', 'delete', 'cancel-deletion', 'erase')),
      DROP CONSTRAINT operations_state_check,
      ADD CONSTRAINT operations_state_check CHECK (state IN
        ('pending', 'running', 'succeeded', 'failed', 'superseded'));
    CREATE INDEX operations_erasures ON operations (created_at) WHERE kind = 'erase';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX operations_erasures, tenants_ending_grace;
    ALTER TABLE operations
      DROP COLUMN approved_by,
      DROP CONSTRAINT operations_kind_check,
      ADD CONSTRAINT operations_kind_check CHECK (kind IN ('provision')) NOT VALID,
      DROP CONSTRAINT operations_state_check,
      ADD CONSTRAINT operations_state_check CHECK (state IN
        ('pending', 'running', 'succeeded', 'failed')) NOT VALID;
    ALTER TABLE tenants
      DROP COLUMN wanted, DROP COLUMN erase_after, DROP COLUMN legal_hold,
      DROP COLUMN erasure_requested_by, DROP COLUMN erasure_approved_by, DROP COLUMN erased_at,
      DROP CONSTRAINT tenants_state_check,
      ADD CONSTRAINT tenants_state_check CHECK (state IN
        ('requested', 'provisioning', 'ready', 'failed')) NOT VALID;
  `);
}
