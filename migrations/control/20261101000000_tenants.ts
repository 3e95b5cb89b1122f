/**
 * The landlord's tables. A tenant's row holds the wish (plan, generation), what came of it (state, observed
 * generation, Pulumi state) and who may work on it now (lease). See docs/adr/0003-postgresql-is-the-truth.md.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(EPOCH);
  await knex.raw(TENANTS);
  await knex.raw(OPERATIONS);
  await knex.raw(INTAKE);
  await knex.raw(RECORDS);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE audit, events, outbox, idempotency_keys, operation_steps, operations, tenants, control_epoch;
    DROP FUNCTION notify_outbox();
  `);
}

const EPOCH = `
  CREATE TABLE control_epoch (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    epoch integer NOT NULL CHECK (epoch > 0)
  );
  COMMENT ON TABLE control_epoch IS 'Counts restores of this database; part of every fence.';
  INSERT INTO control_epoch (epoch) VALUES (1);
`;

const TENANTS = `
  CREATE TABLE tenants (
    id text PRIMARY KEY CHECK (id ~ '^t_[0-9a-hjkmnp-tv-z]{20}$'),
    slug text NOT NULL UNIQUE,
    company text NOT NULL,
    email text NOT NULL,
    plan text NOT NULL CHECK (plan IN ('starter', 'team', 'business', 'enterprise')),
    overrides jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'requested'
      CHECK (state IN ('requested', 'provisioning', 'ready', 'failed')),
    reason text,
    generation integer NOT NULL DEFAULT 1 CHECK (generation > 0),
    observed_generation integer NOT NULL DEFAULT 0 CHECK (observed_generation BETWEEN 0 AND generation),
    attempts integer NOT NULL DEFAULT 0,
    retry_at timestamptz NOT NULL DEFAULT now(),
    lease_holder text,
    lease_epoch integer NOT NULL DEFAULT 1,
    lease_number bigint NOT NULL DEFAULT 0,
    lease_expires_at timestamptz,
    schema_version text,
    stack_state bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    ready_at timestamptz,
    CHECK (state <> 'failed' OR reason IS NOT NULL),
    CHECK (state <> 'ready' OR (ready_at IS NOT NULL AND stack_state IS NOT NULL)),
    CHECK ((lease_holder IS NULL) = (lease_expires_at IS NULL))
  );
  CREATE INDEX tenants_lagging ON tenants (retry_at)
    WHERE observed_generation < generation AND state <> 'failed';
`;

const OPERATIONS = `
  CREATE TABLE operations (
    id text PRIMARY KEY CHECK (id ~ '^op_[0-9a-hjkmnp-tv-z]{20}$'),
    tenant_id text NOT NULL REFERENCES tenants,
    kind text NOT NULL CHECK (kind IN ('provision')),
    generation integer NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'succeeded', 'failed')),
    reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    UNIQUE (tenant_id, generation),
    CHECK (state <> 'failed' OR reason IS NOT NULL)
  );
  CREATE TABLE operation_steps (
    operation_id text NOT NULL REFERENCES operations,
    name text NOT NULL,
    attempt integer NOT NULL CHECK (attempt > 0),
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'succeeded', 'failed')),
    error text,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    PRIMARY KEY (operation_id, name, attempt),
    CHECK ((state = 'running') = (finished_at IS NULL)),
    CHECK ((state = 'failed') = (error IS NOT NULL))
  );
`;

const INTAKE = `
  CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    key text NOT NULL,
    body_sha256 bytea NOT NULL CHECK (octet_length(body_sha256) = 32),
    tenant_id text NOT NULL REFERENCES tenants DEFERRABLE INITIALLY DEFERRED,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
  );
  CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenants,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NOTIFY outbox;
    RETURN NULL;
  END $$;
  CREATE TRIGGER outbox_wakes_the_relay AFTER INSERT ON outbox
    FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox();
`;

const RECORDS = `
  CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenants,
    kind text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    action text NOT NULL,
    tenant_id text NOT NULL,
    request_id text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}'
  );
`;
