// What a table is to be, as the contract asks for it and as the snapshot remembers it: names, and SQL for the rest.
import { constraintName } from '../../../database/constraint-names.ts';
import { columnPattern, quoted } from '../../../database/quoted.ts';

export interface Column {
  /** `varchar(200)` */
  type: string;
  notNull: boolean;
  /** As SQL: `false`, `'open'`. */
  default?: string;
  /** All that it can hold, when the contract lists it. */
  values?: string[];
}

/** What the contract holds the values of a column to, and the column does not. */
export interface Limits {
  minimum?: number;
  maximum?: number;
  minLength?: number;
  pattern?: string;
  format?: string;
  values?: unknown[];
}

export interface Table {
  columns: Record<string, Column>;
  /** By name: `(user_id, title)`. */
  uniques: Record<string, string>;
  /** By name: `(user_id) references users (id) on delete cascade`. */
  foreignKeys: Record<string, string>;
  /** By name: `(user_id, title, id)`, `using gin (…)`. */
  indexes: Record<string, string>;
  /** By column; only in a snapshot, and not in one of an older build. */
  limits?: Record<string, Limits>;
}

/** What a table has besides columns. */
export type Part = 'uniques' | 'foreignKeys' | 'indexes';

export type Tables = Record<string, Table>;

/** The old name of a column by its new one. */
export type Renames = Record<string, string>;

/** The constraint that holds a column to its values. */
export function checkOf(table: string, column: string, values: string[]): { name: string; check: string } {
  return {
    name: constraintName('check', table, column),
    check: `${quoted(column)} in (${values.map(text).join(', ')})`,
  };
}

/** Whether Knex takes a text as it is: a question mark is the place of a value, also within quotes. */
export function isPlain(value: string): boolean {
  return !value.includes('?');
}

/** A text as SQL that Knex takes as it is. */
export function text(value: string): string {
  const inQuotes = value.replaceAll("'", "''");
  if (isPlain(value)) return `'${inQuotes}'`;
  return `E'${inQuotes.replaceAll('\\', '\\\\').replaceAll('?', '\\x3f')}'`;
}

/** Whether no value is right for every row: they must differ in it, or name another row of their owner. */
export function isBound({ uniques, foreignKeys }: Table, column: string): boolean {
  const own = Object.values(foreignKeys).map((sql) => sql.replace(/ references .*/s, ''));
  return [...Object.values(uniques), ...own].some((sql) => mentions(sql, column));
}

/** The table whose rows a column names; undefined: it names none. */
export function targetOf({ foreignKeys }: Table, column: string): string | undefined {
  const lead = `(user_id, ${quoted(column)}) references `;
  const sql = Object.values(foreignKeys).find((one) => one.startsWith(lead));
  return /^\w+/.exec(sql?.slice(lead.length).replace('"', '') ?? '')?.[0];
}

/** Whether SQL speaks of a column. */
export function mentions(sql: string, column: string): boolean {
  return columnPattern(column).test(sql);
}

/** The table as it is once columns have other names. */
export function renamed(table: Table, renames: Renames): Table {
  const newNames = Object.entries(renames).map(([to, from]) => [from, to] as const);
  const inSql = (sql: string) =>
    newNames.reduce((result, [from, to]) => result.replace(columnPattern(from), () => quoted(to)), sql);
  const names = new Map(newNames);
  const all = (parts: Record<string, string>) =>
    Object.fromEntries(Object.entries(parts).map(([name, sql]) => [name, inSql(sql)]));
  return {
    columns: Object.fromEntries(
      Object.entries(table.columns).map(([name, column]) => [names.get(name) ?? name, column]),
    ),
    uniques: all(table.uniques),
    foreignKeys: Object.fromEntries(
      Object.entries(table.foreignKeys).map(([name, sql]) => {
        const [own = '', other = ''] = sql.split(' references ');
        return [name, `${inSql(own)} references ${other}`]; // the columns of the other table have names of their own
      }),
    ),
    indexes: all(table.indexes),
  };
}
