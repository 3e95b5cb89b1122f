/** Who works in the tenant, and what they chose. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('members', (table) => {
    table.uuid('id').primary().defaultTo(knex.raw('gen_random_uuid()'));
    table.text('email').notNullable();
    table.text('name').notNullable();
    table.text('role').notNullable().defaultTo('member');
    table.text('state').notNullable().defaultTo('invited');
    table.uuid('invited_by').references('id').inTable('members').onDelete('SET NULL');
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now());
    table.timestamp('updated_at').notNullable().defaultTo(knex.fn.now());
    table.check("role IN ('owner', 'admin', 'member')", {}, 'members_role_check');
    table.check("state IN ('invited', 'active', 'disabled')", {}, 'members_state_check');
    table.check("email LIKE '_%@_%' AND length(email) <= 254", {}, 'members_email_check');
    table.check('length(name) BETWEEN 1 AND 200', {}, 'members_name_check');
    table.index('invited_by');
  });
  // A disabled member's address may be invited again; case doesn't tell two addresses apart.
  await knex.raw(`
    CREATE UNIQUE INDEX members_email_unique ON members (lower(email)) WHERE state <> 'disabled'
  `);
  await knex.schema.createTable('settings', (table) => {
    table.text('key').primary();
    table.jsonb('value').notNullable();
    table.uuid('updated_by').references('id').inTable('members').onDelete('SET NULL');
    table.timestamp('updated_at').notNullable().defaultTo(knex.fn.now());
    table.check("key ~ '^[a-z][a-z0-9_.]{0,99}$'", {}, 'settings_key_check');
    table.index('updated_by');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('settings');
  await knex.schema.dropTable('members');
}
