/** Stack states that could not be read are kept, out of the way of the next run. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE set_aside_states (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      tenant_id text NOT NULL REFERENCES tenants,
      state bytea NOT NULL,
      reason text NOT NULL,
      set_aside_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    COMMENT ON TABLE set_aside_states IS 'For a person to look into; nothing reads them.';
    CREATE INDEX set_aside_states_of_tenant ON set_aside_states (tenant_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE set_aside_states');
}
