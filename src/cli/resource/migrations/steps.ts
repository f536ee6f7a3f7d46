// What has to be done to tables in use so that they become others, in the order in which it can be done.
import { quoted } from '../../../database/quoted.ts';
import { call, template } from './code.ts';
import { columnClauses, type Fill, isConverted, valueSteps } from './columns.ts';
import { type ColumnPair, pairsOf } from './difference.ts';
import { namingOf, withNewNames } from './names.ts';
import { type Column, checkOf, mentions, type Part, type Renames, renamed, type Table } from './table.ts';

/** Statements by when their turn is: of several tables, all of one turn come before the next. */
export const turns = [
  'names',
  'columns',
  'values',
  'uniques',
  'indexes',
  'foreignKeys',
  'tables',
  'leftovers',
] as const;

type Steps = Record<(typeof turns)[number], string[]>;

/** One table as it was and as it is to be; undefined: there is none. */
export interface Alteration {
  table: string;
  from: Table | undefined;
  to: Table | undefined;
  renames: Renames;
  fill: Fill;
}

export function stepsOf(alteration: Alteration): Steps {
  const { table, from, to } = alteration;
  if (to === undefined) return { ...none, tables: [call('dropTable', table)] };
  if (from === undefined) return creationOf(table, to);
  return changeOf({ ...alteration, from, to });
}

const none: Steps = {
  names: [],
  columns: [],
  values: [],
  uniques: [],
  indexes: [],
  foreignKeys: [],
  tables: [],
  leftovers: [],
};

/** An empty table; what refers to others comes when all are there. */
function creationOf(table: string, { columns, uniques, foreignKeys, indexes }: Table): Steps {
  const parts = [
    ...Object.entries(columns).map(([name, column]) => `${quoted(name)} ${definitionOf(column)}`),
    ...Object.entries(columns).flatMap(([name, { values }]) => {
      const constraint = values && checkOf(table, name, values);
      return constraint === undefined ? [] : [`constraint ${quoted(constraint.name)} check (${constraint.check})`];
    }),
    ...Object.entries(uniques).map(([name, sql]) => `constraint ${quoted(name)} unique ${sql}`),
  ];
  const lines = parts.map((part) => `    ${part}`).join(',\n');
  return {
    ...none,
    names: [`  await knex.raw(${template(`create table if not exists ${quoted(table)} (\n${lines}\n  )`)});`],
    indexes: Object.entries(indexes).map(([name, definition]) => indexCall('createIndex', table, name, definition)),
    foreignKeys: Object.entries(foreignKeys).map(([name, sql]) =>
      call('addConstraint', table, name, `foreign key ${sql}`),
    ),
  };
}

function definitionOf({ type, notNull, default: fallback }: Column): string {
  const required = notNull && !type.includes('primary key') ? ' not null' : '';
  return `${type}${required}${fallback === undefined ? '' : ` default ${fallback}`}`;
}

function indexCall(helper: 'createIndex' | 'replaceIndex', table: string, name: string, definition: string): string {
  const columns = definition.replace(/^unique /, '');
  return columns === definition
    ? call(helper, table, name, columns)
    : call(helper, table, name, columns, { unique: true });
}

function changeOf({ table, from, to, renames, fill }: Alteration & { from: Table; to: Table }): Steps {
  const before = renamed(from, renames);
  const pairs = pairsOf(before, to);
  const sides = { before: withNewNames(before, to), to, pairs };
  return {
    names: namingOf(table, { from, before, to, renames }),
    columns: alterations(table, [
      ...pairs.flatMap((pair) => columnClauses(table, pair, fill)),
      ...gone(sides, 'foreignKeys').map((name) => `drop constraint if exists ${quoted(name)}`),
    ]),
    values: pairs.flatMap((pair) => valueSteps(table, pair, { to, fill })),
    uniques: fresh(sides, 'uniques').map(([name, columns]) => call('addUnique', table, name, columns)),
    indexes: fresh(sides, 'indexes').map(([name, definition]) =>
      indexCall(sides.before.indexes[name] === undefined ? 'createIndex' : 'replaceIndex', table, name, definition),
    ),
    foreignKeys: fresh(sides, 'foreignKeys').map(([name, definition]) =>
      call('addConstraint', table, name, `foreign key ${definition}`),
    ),
    tables: [],
    leftovers: [
      ...gone(sides, 'indexes').map((name) => call('dropIndex', name)),
      ...alterations(table, [
        ...gone(sides, 'uniques').map((name) => `drop constraint if exists ${quoted(name)}`),
        ...pairs.flatMap(({ name, to: column }) =>
          column === undefined ? [`drop column if exists ${quoted(name)}`] : [],
        ),
      ]),
    ],
  };
}

interface Sides {
  before: Table;
  to: Table;
  pairs: ColumnPair[];
}

/** What the table must have and has not; what contains a column of another type comes with that column. */
function fresh({ before, to, pairs }: Sides, part: Part): [string, string][] {
  const converted = pairs.filter(isConverted).map(({ name }) => name);
  return Object.entries(to[part]).filter(
    ([name, sql]) =>
      before[part][name] !== sql && !(part !== 'foreignKeys' && converted.some((column) => mentions(sql, column))),
  );
}

/**
 * What the table has and must not have; what contains a column that is dropped goes with that column. A reference goes before: it
 * needs the key of the other table, which may be dropped earlier than the column.
 */
function gone({ before, to, pairs }: Sides, part: Part): string[] {
  const dropped = pairs.filter((pair) => pair.to === undefined || isConverted(pair)).map(({ name }) => name);
  const goesAlong = (sql: string) => part !== 'foreignKeys' && dropped.some((column) => mentions(sql, column));
  return Object.entries(before[part])
    .filter(([name, sql]) => to[part][name] === undefined && !goesAlong(sql))
    .map(([name]) => name);
}

function alterations(table: string, clauses: string[]): string[] {
  return clauses.length === 0 ? [] : [call('alterTable', table, clauses)];
}
