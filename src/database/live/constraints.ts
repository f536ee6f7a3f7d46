// Constraints that are put on a table while requests go on reading and writing it: for migrations that `npm run resource generate`
// writes.
import type { Knex } from 'knex';
import { quoted } from '../quoted.ts';
import { alterTable } from './briefly.ts';
import { createIndex, isPartitioned } from './indexes.ts';
import { hasConstraint } from './names.ts';

/**
 * Puts a `check` or a `foreign key` on a table, in place of one of the same name: at once for what is written from now on,
 * then for the rows that are there, which locks out nobody.
 */
export async function addConstraint(knex: Knex, table: string, name: string, definition: string): Promise<void> {
  const constraint = quoted(name);
  const isAtOnce = definition.startsWith('foreign key') && (await isPartitioned(knex, table));
  await alterTable(knex, table, [
    `drop constraint if exists ${constraint}`,
    `add constraint ${constraint} ${definition}${isAtOnce ? '' : ' not valid'}`,
  ]);
  await knex.raw('alter table ?? validate constraint ??', [table, name]);
}

/** Makes values unique: `addUnique(knex, 'notes', 'notes_title_key', '(user_id, title)')`. @throws Error that names two rows. */
export async function addUnique(knex: Knex, table: string, name: string, columns: string): Promise<void> {
  if (await hasConstraint(knex, table, name)) return;
  const isAtOnce = await isPartitioned(knex, table);
  await sayingWhich(table, name, async () => {
    if (!isAtOnce) await createIndex(knex, table, name, columns, { unique: true });
    const unique = isAtOnce ? columns : `using index ${quoted(name)}`;
    await alterTable(knex, table, [`add constraint ${quoted(name)} unique ${unique}`]);
  });
}

/** Makes what is to be unique. @throws Error that names two rows that are not. */
export async function sayingWhich(table: string, name: string, make: () => Promise<void>): Promise<void> {
  try {
    await make();
  } catch (error) {
    const { code, detail } = error as { code?: string; detail?: string };
    if (code !== '23505') throw error; // unique_violation
    throw new Error(`${table} cannot have ${name}: ${detail} Let one of them go, and migrate again.`, { cause: error });
  }
}
