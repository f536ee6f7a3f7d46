// Columns that change together with what stands in them, while requests go on reading and writing their table: for migrations that
// `npm run resource generate` writes.
import type { Knex } from 'knex';
import { columnPattern, quoted } from '../quoted.ts';
import { alter, alterTable, briefly } from './briefly.ts';
import { addConstraint, sayingWhich } from './constraints.ts';
import { createIndex, isPartitioned, nextName } from './indexes.ts';
import { isThere, notNull, stopKeeping, whileKept } from './values.ts';

/** Makes a column `not null`: where nothing stands, `value` will. */
export async function requireColumn(knex: Knex, table: string, column: string, value: string): Promise<void> {
  const kept = { value: `coalesce(${quoted(column)}, ${value})`, constraint: isThere(table, column) };
  await whileKept(knex, table, column, kept, async () => {
    const clauses = await notNull(knex, table, column);
    await briefly(knex, async (trx) => {
      await alter(trx, table, clauses);
      await stopKeeping(trx, table, column);
    });
  });
}

/** Lets a column have no other values than `check` says, by a constraint of that name: others become `value`. */
export async function restrictColumn(
  knex: Knex,
  table: string,
  column: string,
  [name, check]: [name: string, check: string],
  value: string,
): Promise<void> {
  const kept = { value: `case when not (${check}) then ${value} else ${quoted(column)} end`, constraint: name };
  await whileKept(knex, table, column, kept, async () => {
    await addConstraint(knex, table, name, `check (${check})`);
    await briefly(knex, (trx) => stopKeeping(trx, table, column));
  });
}

/** A column as it is to be. */
interface NewColumn {
  /** `varchar(200)` */
  type: string;
  /** An expression over the columns of a row as it was: `left(title, 200)`. */
  value: string;
  notNull?: boolean;
  default?: string;
  /** The indexes that contain it, by name: `(user_id, title, id)`. */
  indexes?: Record<string, string>;
  /** The columns of unique constraints that contain it, by name: `(user_id, title)`. */
  uniques?: Record<string, string>;
}

/**
 * Gives a column another type. It is made anew beside the old one, filled and indexed, and then takes its place. Nothing is done
 * when it has the type already.
 */
export async function convertColumn(knex: Knex, table: string, column: string, to: NewColumn): Promise<void> {
  if ((await typeOf(knex, table, column)) === inFull(to.type)) return;
  const next = nextName(column);
  await alterTable(knex, table, [`add column if not exists ${quoted(next)} ${to.type}`]);
  await whileKept(knex, table, next, { value: to.value, constraint: isThere(table, next) }, async () => {
    const clauses = to.notNull ? await notNull(knex, table, next) : [];
    const renamed = (definition: string) => definition.replace(columnPattern(column), () => quoted(next));
    for (const [name, definition] of Object.entries(to.indexes ?? {})) {
      await createIndex(knex, table, nextName(name), renamed(definition));
    }
    const isAtOnce = await isPartitioned(knex, table);
    for (const [name, columns] of isAtOnce ? [] : Object.entries(to.uniques ?? {})) {
      await sayingWhich(table, name, () =>
        createIndex(knex, table, nextName(name), renamed(columns), { unique: true }),
      );
    }
    await briefly(knex, async (trx) => {
      await stopKeeping(trx, table, next);
      await alter(trx, table, [...clauses, ...takingThePlaceOf(column, to, isAtOnce)]);
      for (const name of Object.keys(to.indexes ?? {})) {
        await trx.raw('alter index ?? rename to ??', [nextName(name), name]);
      }
    });
  });
}

/** What refers to a column goes with it. */
function takingThePlaceOf(column: string, to: NewColumn, isAtOnce: boolean): string[] {
  const name = quoted(column);
  return [
    `drop column ${name}`,
    `rename column ${quoted(nextName(column))} to ${name}`,
    ...(to.default === undefined ? [] : [`alter column ${name} set default ${to.default}`]),
    ...Object.entries(to.uniques ?? {}).map(([unique, columns]) => {
      const made = isAtOnce ? columns : `using index ${quoted(nextName(unique))}`;
      return `add constraint ${quoted(unique)} unique ${made}`;
    }),
  ];
}

async function typeOf(knex: Knex, table: string, column: string): Promise<string | undefined> {
  const { rows } = await knex.raw(
    `select format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = (quote_ident(?))::regclass and attname = ?::name and not attisdropped`,
    [table, column],
  );
  return rows[0]?.type;
}

/** A type as PostgreSQL spells it. */
function inFull(type: string): string {
  return type.replace('varchar', 'character varying').replace(/timestamptz(\(\d\))?/, 'timestamp$1 with time zone');
}
