/** Programs' access, and what is metered. Only a token's SHA-256 is kept. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await createApiTokens(knex);
  await createUsageEvents(knex);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('usage_events');
  await knex.schema.dropTable('api_tokens');
}

async function createApiTokens(knex: Knex): Promise<void> {
  await knex.schema.createTable('api_tokens', (table) => {
    table.uuid('id').primary().defaultTo(knex.raw('gen_random_uuid()'));
    table.uuid('member_id').notNullable().references('id').inTable('members').onDelete('CASCADE');
    table.text('name').notNullable();
    table.binary('token_sha256').notNullable().unique();
    table.specificType('scopes', 'text[]').notNullable().defaultTo('{}');
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now());
    table.timestamp('expires_at');
    table.timestamp('last_used_at');
    table.timestamp('revoked_at');
    table.check('octet_length(token_sha256) = 32', {}, 'api_tokens_sha256_check');
    table.check('length(name) BETWEEN 1 AND 200', {}, 'api_tokens_name_check');
    table.check('expires_at > created_at', {}, 'api_tokens_expiry_check');
    table.index('member_id');
  });
  await knex.raw(
    'CREATE UNIQUE INDEX api_tokens_name_unique ON api_tokens (member_id, name) WHERE revoked_at IS NULL',
  );
}

async function createUsageEvents(knex: Knex): Promise<void> {
  await knex.schema.createTable('usage_events', (table) => {
    table.specificType('id', 'bigint GENERATED ALWAYS AS IDENTITY').primary();
    table.text('kind').notNullable();
    table.bigInteger('quantity').notNullable().defaultTo(1);
    table.uuid('member_id').references('id').inTable('members').onDelete('SET NULL');
    table.uuid('api_token_id').references('id').inTable('api_tokens').onDelete('SET NULL');
    table.timestamp('occurred_at').notNullable().defaultTo(knex.fn.now());
    // Names the event when it is reported again, so that it counts once.
    table.text('idempotency_key').unique();
    table.check("kind ~ '^[a-z][a-z0-9_.]{0,99}$'", {}, 'usage_events_kind_check');
    table.check('quantity > 0', {}, 'usage_events_quantity_check');
    table.index(['kind', 'occurred_at']);
  });
  await knex.raw(`
    CREATE INDEX usage_events_member_index ON usage_events (member_id) WHERE member_id IS NOT NULL
  `);
  await knex.raw(`
    CREATE INDEX usage_events_token_index ON usage_events (api_token_id) WHERE api_token_id IS NOT NULL
  `);
}
