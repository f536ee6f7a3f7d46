// The answers to requests that came with an Idempotency-Key, kept for their retries.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('idempotency_keys', (table) => {
    table.text('user_id').notNullable();
    table.string('key', 255).notNullable();
    table.string('fingerprint', 64).notNullable();
    table.text('result').notNullable();
    table.specificType('created_at', 'timestamptz(3)').notNullable().defaultTo(knex.fn.now());
    table.primary(['user_id', 'key']);
    table.foreign('user_id', 'idempotency_keys_owner_fkey').references('users.id').onDelete('CASCADE');
    table.index('created_at', 'idempotency_keys_by_age');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('idempotency_keys');
}
