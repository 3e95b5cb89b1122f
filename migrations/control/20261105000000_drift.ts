/** What a look at the live objects found: drift of tenants, and orphans that no tenant owns. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE drift_scans (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      requested_by text NOT NULL,
      requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      started_at timestamptz,
      finished_at timestamptz,
      tenants integer,
      drifted integer,
      unseen integer,
      CHECK (finished_at IS NULL OR started_at IS NOT NULL)
    );
    COMMENT ON COLUMN drift_scans.unseen IS 'Tenants, and kinds of orphans, that could not be looked at.';
    CREATE INDEX drift_scans_open ON drift_scans (id) WHERE finished_at IS NULL;
    CREATE INDEX drift_scans_finished ON drift_scans (finished_at);

    CREATE TABLE drift_findings (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      tenant_id text NOT NULL REFERENCES tenants,
      problem text NOT NULL,
      found_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      last_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      ended_at timestamptz,
      repair_id text REFERENCES operations
    );
    COMMENT ON COLUMN drift_findings.repair_id IS 'The operation that is to mend it; null where it is only reported.';
    CREATE UNIQUE INDEX drift_findings_open ON drift_findings (tenant_id, problem) WHERE ended_at IS NULL;

    CREATE TABLE orphans (
      kind text NOT NULL CHECK (kind IN ('namespace', 'schema', 'role')),
      name text NOT NULL,
      labelled text NOT NULL,
      found_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      last_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (kind, name)
    );
    COMMENT ON COLUMN orphans.labelled IS 'Whose it says it is; no such tenant has it.';

    ALTER TABLE operations
      DROP CONSTRAINT operations_kind_check,
      ADD CONSTRAINT operations_kind_check CHECK (kind IN
        ('provision', 'update', 'suspend', 'resume', 'retry', 'delete', 'cancel-deletion', 'erase', 'repair'));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE orphans, drift_findings, drift_scans;
    ALTER TABLE operations
      DROP CONSTRAINT operations_kind_check,
      ADD CONSTRAINT operations_kind_check CHECK (kind IN
        ('provision', 'update', 'suspend', 'resume', 'retry', 'delete', 'cancel-deletion', 'erase')) NOT VALID;
  `);
}
