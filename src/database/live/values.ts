// Gives a column other values while requests go on writing it: to the rows that are there batch by batch, to others by a trigger.
import type { Knex } from 'knex';
import { derivedName } from '../constraint-names.ts';
import { quoted } from '../quoted.ts';
import { alter, briefly, escaped } from './briefly.ts';
import { addConstraint } from './constraints.ts';

/** Rows that are changed, and so locked, at a time. */
const batch = 2_000;

/**
 * Puts `value`, an expression over the columns of a row, into `column` of all rows, and of what is written from now on, until
 * `stopKeeping`. Run again, it looks at all rows again and changes those that are not done.
 */
export async function keep(knex: Knex, table: string, column: string, value: string): Promise<void> {
  const name = keeperOf(table, column);
  const inside = escaped(value);
  const quotes = quotesAround(value);
  await briefly(knex, async (trx) => {
    await trx.raw(
      `create or replace function ??() returns trigger language plpgsql as ${quotes} begin
        select ${inside} into new.?? from (select new.*) as ??;
        return new;
      end ${quotes}`,
      [name, column, table],
    );
    const trigger = 'before insert or update on ?? for each row execute function ??()';
    await trx.raw(`create or replace trigger ?? ${trigger}`, [name, table, name]);
  });
  for (let after = 0, full = true; full; ) {
    const { rows } = await knex.raw(
      'select max(id) as last, count(*) as found from (select id from ?? where id > ? order by id limit ?) as batch',
      [table, after, batch],
    );
    const { last, found } = rows[0];
    await knex.raw(
      // A range of the primary key, so that each row is looked at once.
      `update ?? set ?? = ${inside} where id > ? and id <= ? and ?? is distinct from ${inside}`,
      [table, column, after, last, column],
    );
    after = last;
    full = Number(found) === batch; // rows that are added meanwhile are the trigger's business, or this would never end
  }
}

/**
 * Keeps a value (`keep`) for as long as `work` goes on, whose last step is `stopKeeping`. When any of it fails, the servers of
 * before write the table as they did: a trigger would fail their writes if its value does, and `constraint`, which `work` puts on
 * the table, would refuse what the trigger no longer mends.
 */
export async function whileKept(
  knex: Knex,
  table: string,
  column: string,
  { value, constraint }: { value: string; constraint: string },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await keep(knex, table, column, value);
    await work();
  } catch (error) {
    const letGo = briefly(knex, async (trx) => {
      await stopKeeping(trx, table, column);
      await alter(trx, table, [`drop constraint if exists ${quoted(constraint)}`]);
    });
    await letGo.catch(() => {}); // on a connection that is gone nothing can be done, and the first error says why
    throw error;
  }
}

/** The last step of `keep`, within a transaction of `briefly`. */
export async function stopKeeping(trx: Knex, table: string, column: string): Promise<void> {
  const name = keeperOf(table, column);
  await trx.raw('drop trigger if exists ?? on ??', [name, table]);
  await trx.raw('drop function if exists ??()', [name]);
}

/**
 * Makes sure that no row lacks a value, by the constraint `isThere`; gives the clauses that say so for good, for which no row is
 * read any more. @throws Error when a row does.
 */
export async function notNull(knex: Knex, table: string, column: string): Promise<string[]> {
  const name = isThere(table, column);
  try {
    await addConstraint(knex, table, name, `check (${quoted(column)} is not null)`);
  } catch (error) {
    if ((error as { code?: string }).code !== '23514') throw error; // check_violation
    const lacking = `${table} has rows without ${column}, which is to be required`;
    throw new Error(`${lacking}. Give them a value, and migrate again.`, { cause: error });
  }
  return [`alter column ${quoted(column)} set not null`, `drop constraint ${quoted(name)}`];
}

export function isThere(table: string, column: string): string {
  return derivedName(`${table}_${column}`, '_is_there');
}

/** Dollar quotes (PostgreSQL, section 4.1.2.4) that the text does not have. */
function quotesAround(text: string): string {
  for (let n = 0; ; n += 1) if (!text.includes(`$q${n}$`)) return `$q${n}$`;
}

function keeperOf(table: string, column: string): string {
  return derivedName(`${table}_${column}`, '_keeper');
}
