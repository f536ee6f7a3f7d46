// What has to be done to a column so that it becomes another, and to what stands in it.
import { constraintName } from '../../../database/constraint-names.ts';
import { quoted } from '../../../database/quoted.ts';
import { type Argument, call } from './code.ts';
import { conversionOf } from './conversion.ts';
import { type ColumnPair, needsFill } from './difference.ts';
import { type Column, checkOf, mentions, type Table } from './table.ts';

/** What the rows get that have nothing in a column, as SQL; undefined: nothing. */
export type Fill = (name: string, column: Column) => string | undefined;

/** What can be done to a column at once, whatever stands in it. */
export function columnClauses(table: string, { name, from, to }: ColumnPair, fill: Fill): string[] {
  if (to === undefined) return [];
  const column = quoted(name);
  if (from === undefined) return additionOf(column, to, fill(name, to));
  if (isConverted({ name, from, to })) return [];
  return [
    ...(from.values !== undefined && to.values === undefined
      ? [`drop constraint if exists ${quoted(constraintName('check', table, name))}`]
      : []),
    ...(from.type === to.type ? [] : [`alter column ${column} type ${to.type}`]),
    ...(from.notNull && !to.notNull ? [`alter column ${column} drop not null`] : []),
    ...(from.default === to.default
      ? []
      : [`alter column ${column} ${to.default === undefined ? 'drop default' : `set default ${to.default}`}`]),
  ];
}

/** PostgreSQL notes the default once for all rows that are there, and touches none of them. */
function additionOf(column: string, { type, notNull, default: fallback }: Column, first: string | undefined): string[] {
  const add = [
    `add column if not exists ${column} ${type}`,
    notNull && first !== undefined ? ' not null' : '',
    first === undefined ? '' : ` default ${first}`,
  ].join('');
  if (first === fallback) return [add];
  return [add, `alter column ${column} ${fallback === undefined ? 'drop default' : `set default ${fallback}`}`];
}

export function isConverted({ name, from, to }: ColumnPair): boolean {
  return (
    from !== undefined && to !== undefined && from.type !== to.type && conversionOf(name, from, to).value !== undefined
  );
}

/** What has to be done to what stands in a column. */
export function valueSteps(
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
  const filled = fill(name, to) ?? 'null';
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
