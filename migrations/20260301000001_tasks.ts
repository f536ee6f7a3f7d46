// Tasks, with one index for each documented order, led by the owner.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('tasks', (table) => {
    table.specificType('id', 'bigint generated always as identity (maxvalue 9007199254740991)').primary();
    table.text('user_id').notNullable();
    table.string('title', 200).notNullable();
    table.string('description', 1000);
    table.boolean('completed').notNullable().defaultTo(false);
    table.specificType('due_date', 'timestamptz(3)');
    table.specificType('created_at', 'timestamptz(3)').notNullable().defaultTo(knex.fn.now());
    table.specificType('updated_at', 'timestamptz(3)').notNullable().defaultTo(knex.fn.now());
    table.bigInteger('version').notNullable().defaultTo(1);
    table.foreign('user_id', 'tasks_owner_fkey').references('users.id').onDelete('CASCADE');
    table.index(['user_id', 'created_at', 'id'], 'tasks_by_created');
    table.index(['user_id', 'title', 'id'], 'tasks_by_title');
  });
  await knex.raw(`create index tasks_by_due_date on tasks (user_id, coalesce(due_date, 'infinity'), id)`);
  await knex.raw(`create index tasks_by_due_date_down on tasks (user_id, coalesce(due_date, '-infinity'), id)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('tasks');
}
