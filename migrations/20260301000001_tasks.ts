// Tasks. Every index is led by the owner: one for each documented order, alone and behind each filter, and one for searches.
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
  });
  for (const index of indexes) await knex.raw(`create index ${index}`);
  for (const extension of ['btree_gin', 'pg_trgm']) await knex.raw(`create extension if not exists ${extension}`);
  await knex.raw(`create index tasks_by_text on tasks using gin (${texts})`);
}

const indexes = [
  `tasks_by_created on tasks (user_id, created_at, id)`,
  `tasks_by_title on tasks (user_id, title, id)`,
  `tasks_by_due_date on tasks (user_id, coalesce(due_date, 'infinity'), id)`,
  `tasks_by_due_date_down on tasks (user_id, coalesce(due_date, '-infinity'), id)`,
  `tasks_by_completed_created on tasks (user_id, completed, created_at, id)`,
  `tasks_by_completed_title on tasks (user_id, completed, title, id)`,
  `tasks_by_completed_due_date on tasks (user_id, completed, coalesce(due_date, 'infinity'), id)`,
  `tasks_by_completed_due_date_down on tasks (user_id, completed, coalesce(due_date, '-infinity'), id)`,
];
const texts = 'user_id, title gin_trgm_ops, description gin_trgm_ops';

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('tasks');
}
