// Indexes that are made and removed while requests go on reading and writing their table: for migrations that
// `npm run resource generate` writes.
import type { Knex } from 'knex';
import { derivedName } from '../constraint-names.ts';
import { briefly, escaped } from './briefly.ts';

/**
 * Makes an index without locking out writers: `createIndex(knex, 'tasks', 'tasks_by_title', '(user_id, title, id)')`. One that
 * was left unfinished is made again.
 */
export async function createIndex(
  knex: Knex,
  table: string,
  name: string,
  definition: string,
  { unique = false } = {},
): Promise<void> {
  const state = await stateOf(knex, name);
  if (state === 'ready') return;
  if (state === 'unfinished') await dropIndex(knex, name);
  const concurrently = (await isPartitioned(knex, table)) ? '' : 'concurrently';
  const create = `create ${unique ? 'unique index' : 'index'} ${concurrently}`;
  try {
    await knex.raw(`${create} ?? on ?? ${escaped(definition)}`, [name, table]);
  } catch (error) {
    await dropIndex(knex, name); // unfinished, it would cost every write and help no read
    throw error;
  }
}

/** Makes an index of which there is another one by the same name, and removes that when the new one is ready. */
export async function replaceIndex(
  knex: Knex,
  table: string,
  name: string,
  definition: string,
  options?: { unique: boolean },
): Promise<void> {
  const next = nextName(name);
  await dropIndex(knex, next); // a migration that was stopped may have left one of another definition
  await createIndex(knex, table, next, definition, options);
  await briefly(knex, async (trx) => {
    await trx.raw('drop index if exists ??', [name]);
    await trx.raw('alter index ?? rename to ??', [next, name]);
  });
}

/** Removes an index, if there is one, without locking out anybody. */
export async function dropIndex(knex: Knex, name: string): Promise<void> {
  if (await isPartitioned(knex, name)) await briefly(knex, (trx) => trx.raw('drop index if exists ??', [name]));
  else await knex.raw('drop index concurrently if exists ??', [name]);
}

/** What something is called until it takes the place of another. */
export function nextName(name: string): string {
  return derivedName(name, '_next');
}

async function stateOf(knex: Knex, name: string): Promise<'missing' | 'ready' | 'unfinished'> {
  const { rows } = await knex.raw('select indisvalid from pg_index where indexrelid = to_regclass(quote_ident(?))', [
    name,
  ]);
  if (rows.length === 0) return 'missing';
  return rows[0].indisvalid ? 'ready' : 'unfinished';
}

/**
 * Whether a table or an index is partitioned: then PostgreSQL makes and removes indexes, unique constraints and (until version 18)
 * foreign keys at once or not at all, and whoever writes has to wait.
 */
export async function isPartitioned(knex: Knex, name: string): Promise<boolean> {
  const { rows } = await knex.raw('select relkind from pg_class where oid = to_regclass(quote_ident(?))', [name]);
  return ['p', 'I'].includes(rows[0]?.relkind);
}
