/** The work: projects and their numbered tasks. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await createProjects(knex);
  await createTasks(knex);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('tasks');
  await knex.schema.dropTable('projects');
}

async function createProjects(knex: Knex): Promise<void> {
  await knex.schema.createTable('projects', (table) => {
    table.uuid('id').primary().defaultTo(knex.raw('gen_random_uuid()'));
    table.text('key').notNullable().unique();
    table.text('name').notNullable();
    table.text('description').notNullable().defaultTo('');
    table.uuid('owner_id').references('id').inTable('members').onDelete('SET NULL');
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now());
    table.timestamp('updated_at').notNullable().defaultTo(knex.fn.now());
    table.timestamp('archived_at');
    table.check("key ~ '^[A-Z][A-Z0-9]{1,9}$'", {}, 'projects_key_check');
    table.check('length(name) BETWEEN 1 AND 200', {}, 'projects_name_check');
    table.index('owner_id');
  });
  // An archived project frees its name.
  await knex.raw(`
    CREATE UNIQUE INDEX projects_name_unique ON projects (lower(name)) WHERE archived_at IS NULL
  `);
}

async function createTasks(knex: Knex): Promise<void> {
  await knex.schema.createTable('tasks', (table) => {
    table.uuid('id').primary().defaultTo(knex.raw('gen_random_uuid()'));
    table.uuid('project_id').notNullable().references('id').inTable('projects').onDelete('CASCADE');
    table.integer('number').notNullable();
    table.text('title').notNullable();
    table.text('body').notNullable().defaultTo('');
    table.text('state').notNullable().defaultTo('open');
    table.smallint('priority').notNullable().defaultTo(0);
    table.uuid('assignee_id').references('id').inTable('members').onDelete('SET NULL');
    table.uuid('created_by').references('id').inTable('members').onDelete('SET NULL');
    table.date('due_on');
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now());
    table.timestamp('updated_at').notNullable().defaultTo(knex.fn.now());
    table.timestamp('finished_at');
    table.unique(['project_id', 'number']);
    table.check('number > 0', {}, 'tasks_number_check');
    table.check('length(title) BETWEEN 1 AND 500', {}, 'tasks_title_check');
    table.check("state IN ('open', 'started', 'done', 'dropped')", {}, 'tasks_state_check');
    table.check('priority BETWEEN 0 AND 3', {}, 'tasks_priority_check');
    table.check("(state IN ('done', 'dropped')) = (finished_at IS NOT NULL)", {}, 'tasks_finished_check');
    table.index(['project_id', 'state', 'priority']);
    table.index('created_by');
    table.index('assignee_id');
  });
  await knex.raw("CREATE INDEX tasks_due_index ON tasks (due_on) WHERE state IN ('open', 'started')");
}
