// What has to be done to tables in use so that they become others, in the order in which it can be done.
import { quoted } from '../../../database/quoted.ts';
import { type Argument, call, template } from './code.ts';
import { conversionOf } from './conversion.ts';
import { type ColumnPair, needsFill, pairsOf, type Renames } from './difference.ts';
import { type Column, checkOf, mentions, renamed, type Table } from './table.ts';

/** What a column's rows get that have nothing, as SQL. */
export type Fill = (table: string, name: string, column: Column) => string | undefined;

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

export type Steps = Record<(typeof turns)[number], string[]>;

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
  const parts = { before: withNewNames(before, to), to, pairs };
  return {
    names: namingOf(table, { from, before, to, renames }),
    columns: alterations(table, [
      ...pairs.flatMap((pair) => columnClauses(table, pair, fill)),
      ...gone(parts, 'foreignKeys').map((name) => `drop constraint if exists ${quoted(name)}`),
    ]),
    values: pairs.flatMap((pair) => valueSteps(table, pair, { to, fill })),
    uniques: fresh(parts, 'uniques').map(([name, columns]) => call('addUnique', table, name, columns)),
    indexes: fresh(parts, 'indexes').map(([name, definition]) =>
      indexCall(parts.before.indexes[name] === undefined ? 'createIndex' : 'replaceIndex', table, name, definition),
    ),
    foreignKeys: fresh(parts, 'foreignKeys').map(([name, definition]) =>
      call('addConstraint', table, name, `foreign key ${definition}`),
    ),
    tables: [],
    leftovers: [
      ...gone(parts, 'indexes').map((name) => call('dropIndex', name)),
      ...alterations(table, [
        ...gone(parts, 'uniques').map((name) => `drop constraint if exists ${quoted(name)}`),
        ...pairs.flatMap(({ name, to: column }) =>
          column === undefined ? [`drop column if exists ${quoted(name)}`] : [],
        ),
      ]),
    ],
  };
}

type Kind = 'uniques' | 'indexes' | 'foreignKeys';

interface Parts {
  before: Table;
  to: Table;
  pairs: ColumnPair[];
}

/** What the table must have and has not; what contains a column of another type comes with that column. */
function fresh({ before, to, pairs }: Parts, kind: Kind): [string, string][] {
  const converted = pairs.filter(isConverted).map(({ name }) => name);
  return Object.entries(to[kind]).filter(
    ([name, sql]) =>
      before[kind][name] !== sql && !(kind !== 'foreignKeys' && converted.some((column) => mentions(sql, column))),
  );
}

/** What the table has and must not have; what contains a column that is dropped goes with that column. */
function gone({ before, to, pairs }: Parts, kind: Kind): string[] {
  const dropped = pairs.filter((pair) => pair.to === undefined || isConverted(pair)).map(({ name }) => name);
  return Object.entries(before[kind])
    .filter(([name, sql]) => to[kind][name] === undefined && !dropped.some((column) => mentions(sql, column)))
    .map(([name]) => name);
}

/** Names of columns, and then of what is made of them: what is the same under another name only gets that name. */
function namingOf(
  table: string,
  { from, before, to, renames }: { from: Table; before: Table; to: Table; renames: Renames },
) {
  const columns = Object.entries(renames);
  const checks = columns.flatMap(([now, old]) =>
    from.columns[old]?.values ? [[`${table}_${old}_check`, `${table}_${now}_check`]] : [],
  );
  return [
    ...columns.map(([now, old]) => call('renameColumn', table, old, now)),
    ...checks.map(([old = '', now = '']) => call('renameConstraint', table, old, now)),
    ...(['uniques', 'foreignKeys'] as const).flatMap((kind) =>
      newNames(before[kind], to[kind]).map(([old, now]) => call('renameConstraint', table, old, now)),
    ),
    ...newNames(before.indexes, to.indexes).map(([old, now]) => call('renameIndex', old, now)),
  ];
}

/** By their old and new names, the parts that are the same otherwise. */
function newNames(before: Record<string, string>, to: Record<string, string>): [string, string][] {
  return Object.entries(before).flatMap(([old, sql]): [string, string][] => {
    const [now] = Object.entries(to).find(([name, other]) => other === sql && before[name] === undefined) ?? [];
    return now === undefined || to[old] !== undefined ? [] : [[old, now]];
  });
}

function withNewNames(before: Table, to: Table): Table {
  const named = (kind: Kind) => {
    const names = new Map(newNames(before[kind], to[kind]));
    return Object.fromEntries(Object.entries(before[kind]).map(([name, sql]) => [names.get(name) ?? name, sql]));
  };
  return { ...before, uniques: named('uniques'), foreignKeys: named('foreignKeys'), indexes: named('indexes') };
}

function alterations(table: string, clauses: string[]): string[] {
  return clauses.length === 0 ? [] : [call('alterTable', table, clauses)];
}

/** What can be done to a column at once, whatever stands in it. */
function columnClauses(table: string, { name, from, to }: ColumnPair, fill: Fill): string[] {
  if (to === undefined) return [];
  const column = quoted(name);
  if (from === undefined) return additionOf(column, to, fill(table, name, to));
  if (isConverted({ name, from, to })) return [];
  return [
    ...(from.values !== undefined && to.values === undefined
      ? [`drop constraint if exists ${quoted(`${table}_${name}_check`)}`]
      : []),
    ...(from.type === to.type ? [] : [`alter column ${column} type ${to.type}`]),
    ...(from.notNull && !to.notNull ? [`alter column ${column} drop not null`] : []),
    ...(from.default === to.default
      ? []
      : [`alter column ${column} ${to.default === undefined ? 'drop default' : `set default ${to.default}`}`]),
  ];
}

/** PostgreSQL notes the default once for all rows that are there, and touches none of them. */
function additionOf(column: string, { type, notNull, default: fallback }: Column, fill: string | undefined): string[] {
  const first = fallback ?? (notNull ? fill : undefined);
  const add = [
    `add column if not exists ${column} ${type}`,
    notNull && first !== undefined ? ' not null' : '',
    first === undefined ? '' : ` default ${first}`,
  ].join('');
  return fallback === undefined && first !== undefined ? [add, `alter column ${column} drop default`] : [add];
}

function isConverted({ name, from, to }: ColumnPair): boolean {
  return (
    from !== undefined && to !== undefined && from.type !== to.type && conversionOf(name, from, to).value !== undefined
  );
}

/** What has to be done to what stands in a column. */
function valueSteps(
  table: string,
  pair: ColumnPair,
  { to: { indexes, uniques }, fill }: { to: Table; fill: Fill },
): string[] {
  const { name, from, to } = pair;
  if (to === undefined) return [];
  const constraint = to.values && checkOf(table, name, to.values);
  const checked =
    constraint === undefined ? [] : [call('addConstraint', table, constraint.name, `check (${constraint.check})`)];
  if (from === undefined) return checked;
  const conversion = conversionOf(name, from, to);
  const filled = fill(table, name, to) ?? 'null';
  if (isConverted(pair)) {
    const value = needsFill(conversion, from, to) ? `coalesce(${conversion.value}, ${filled})` : `${conversion.value}`;
    const containing = (parts: Record<string, string>) =>
      Object.fromEntries(Object.entries(parts).filter(([, sql]) => mentions(sql, name)));
    return [
      call('convertColumn', table, name, newColumn(to, value, containing(indexes), containing(uniques))),
      ...checked,
    ];
  }
  const required = !from.notNull && to.notNull ? [call('requireColumn', table, name, filled)] : [];
  if (constraint === undefined || String(from.values) === String(to.values)) return required;
  const { check } = constraint;
  const restricted = [call('restrictColumn', table, name, [constraint.name, check], filled)];
  return [...(conversion.value === undefined ? checked : restricted), ...required];
}

function newColumn(
  to: Column,
  value: string,
  indexes: Record<string, string>,
  uniques: Record<string, string>,
): Argument {
  return {
    type: to.type,
    value,
    ...(to.notNull && { notNull: true }),
    ...(to.default !== undefined && { default: to.default }),
    ...(Object.keys(indexes).length > 0 && { indexes }),
    ...(Object.keys(uniques).length > 0 && { uniques }),
  };
}
