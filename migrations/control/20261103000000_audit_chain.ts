/**
 * The audit log can only grow: by the owner's own rights, and by triggers that hold for a superuser and during replication
 * too. Seals chain its entries (docs/audit.md).
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE audit
      ALTER COLUMN tenant_id DROP NOT NULL,
      DROP CONSTRAINT IF EXISTS audit_has_tenant;
    COMMENT ON COLUMN audit.tenant_id IS 'Null for what is about no tenant, such as a refused token.';
    CREATE INDEX audit_of_tenant ON audit (tenant_id, id);

    CREATE TABLE audit_seals (
      number bigint PRIMARY KEY CHECK (number > 0),
      content text NOT NULL,
      signature text NOT NULL
    );
    COMMENT ON TABLE audit_seals IS 'Each covers the entries since the one before it, and that one''s hash.';

    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
    END $$;

    CREATE FUNCTION hold_off_sealer() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(hashtext('landlord audit writers'));
      RETURN NULL;
    END $$;
    CREATE TRIGGER sealer_waits BEFORE INSERT ON audit
      FOR EACH STATEMENT EXECUTE FUNCTION hold_off_sealer();
    ALTER TABLE audit ENABLE ALWAYS TRIGGER sealer_waits;
  `);
  for (const table of ['audit', 'audit_seals']) await makeAppendOnly(knex, table);
}

async function makeAppendOnly(knex: Knex, table: string): Promise<void> {
  await knex.raw(`
    CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    ALTER TABLE ${table} ENABLE ALWAYS TRIGGER only_grows;
    REVOKE UPDATE, DELETE, TRUNCATE ON ${table} FROM CURRENT_USER;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER only_grows ON audit;
    DROP TRIGGER sealer_waits ON audit;
    DROP TABLE audit_seals;
    DROP FUNCTION refuse_change(), hold_off_sealer();
    DROP INDEX audit_of_tenant;
    GRANT UPDATE, DELETE, TRUNCATE ON audit TO CURRENT_USER;
    ALTER TABLE audit ADD CONSTRAINT audit_has_tenant CHECK (tenant_id IS NOT NULL) NOT VALID;
  `);
}
