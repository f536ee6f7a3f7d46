// New names for parts of a table that is in use: for migrations that `npm run resource generate` writes. What has its new name
// already is passed over.
import type { Knex } from 'knex';
import { quoted } from '../quoted.ts';
import { alter, briefly } from './briefly.ts';

export function renameColumn(knex: Knex, table: string, from: string, to: string): Promise<void> {
  return briefly(knex, async (trx) => {
    if (await trx.schema.hasColumn(table, to)) return;
    await alter(trx, table, [`rename column ${quoted(from)} to ${quoted(to)}`]);
  });
}

export function renameConstraint(knex: Knex, table: string, from: string, to: string): Promise<void> {
  return briefly(knex, async (trx) => {
    if (!(await hasConstraint(trx, table, from))) return;
    await alter(trx, table, [`rename constraint ${quoted(from)} to ${quoted(to)}`]);
  });
}

export function renameIndex(knex: Knex, from: string, to: string): Promise<void> {
  return briefly(knex, (trx) => trx.raw('alter index if exists ?? rename to ??', [from, to]));
}

export async function hasConstraint(knex: Knex, table: string, name: string): Promise<boolean> {
  const { rows } = await knex.raw(
    'select from pg_constraint where conrelid = (quote_ident(?))::regclass and conname = ?::name',
    [table, name],
  );
  return rows.length > 0;
}
