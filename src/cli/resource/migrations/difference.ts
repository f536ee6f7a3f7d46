// Compares the tables that the contract asks for with those of the snapshot, column by column: what differs, and what that needs.
import { isDateTime, toUtc } from '../../../contract/date-time.ts';
import { type Conversion, conversionOf, kindOf, lengthOf } from './conversion.ts';
import { type Column, isBound, type Part, type Renames, renamed, type Table, targetOf, text } from './table.ts';

/** What a person has said about columns, each `notes.body` (a whole table: `notes`). */
export interface Allowed {
  drop: readonly string[];
  narrow: readonly string[];
  convert: readonly string[];
  /** What rows get that have nothing, as a person writes it. */
  fill: Readonly<Record<string, string>>;
}

/** What a change does to the rows that are there: nothing, or they get values, or they lose some. */
type Effect = 'safe' | 'backfill' | 'destructive';

/** Something to be changed, and what has to be said first. */
export interface Difference {
  table: string;
  /** Undefined: the table itself. */
  column: string | undefined;
  what: string;
  effect: Effect;
  /** What must be said for it to happen; `optional` and `anew` cannot be said: the contract has to take two steps. */
  needs: { option: 'drop' | 'narrow' | 'convert' | 'fill' | 'optional' | 'anew'; why: string }[];
  /** Whether rows can get what a person says with `fill`. */
  fills: boolean;
}

/** A column before and after; undefined where it does not exist. */
export interface ColumnPair {
  name: string;
  from: Column | undefined;
  to: Column | undefined;
}

/** The columns of both tables by their names of now; `from` must be `renamed` already. */
export function pairsOf(from: Table, to: Table): ColumnPair[] {
  const names = new Set([...Object.keys(to.columns), ...Object.keys(from.columns)]);
  return [...names]
    .map((name) => ({ name, from: from.columns[name], to: to.columns[name] }))
    .filter((pair) => JSON.stringify(pair.from) !== JSON.stringify(pair.to));
}

/** A table before and after. */
interface States {
  from: Table;
  to: Table;
  renames: Renames;
}

export const nothing: Allowed = { drop: [], narrow: [], convert: [], fill: {} };

/** What is different about a table. */
export function differencesOf(table: string, { from, to, renames }: States, allowed = nothing): Difference[] {
  const safe = (what: string): Difference => ({
    table,
    column: undefined,
    what,
    effect: 'safe',
    needs: [],
    fills: false,
  });
  const before = renamed(from, renames);
  const named = Object.entries(renames).map(([now, old]) => ({ ...safe(`${old} is called ${now}`), column: now }));
  const columns = pairsOf(before, to).map((pair) =>
    columnDifference(table, pair, {
      bound: isBound(to, pair.name),
      said: allowed.fill[`${table}.${pair.name}`],
      fill: fillOf(table, pair.name, to, allowed),
    }),
  );
  const retargeted = Object.keys(to.columns).flatMap((column): Difference[] => {
    const [old, now] = [targetOf(before, column), targetOf(to, column)];
    if (old === undefined || now === undefined || old === now) return [];
    const what = `${column} refers to ${now} and no longer to ${old}`;
    const needs: Difference['needs'] = [{ option: 'anew', why: `what stands in it are rows of ${old}` }];
    return [{ table, column, what, effect: 'destructive', needs, fills: false }];
  });
  const parts = (['uniques', 'foreignKeys', 'indexes'] as const).flatMap((part) =>
    isSame(before[part], to[part]) ? [] : [safe(`other ${words[part]}`)],
  );
  return [...named, ...columns, ...retargeted, ...parts];
}

function isSame(before: Record<string, string>, now: Record<string, string>): boolean {
  const names = Object.keys(now);
  return names.length === Object.keys(before).length && names.every((name) => before[name] === now[name]);
}

const words: Record<Part, string> = { uniques: 'unique values', foreignKeys: 'references', indexes: 'indexes' };

function columnDifference(
  table: string,
  { name, from, to }: ColumnPair,
  { bound, said, fill }: { bound: boolean; said: string | undefined; fill: string | undefined },
): Difference {
  const fillable = to !== undefined && !bound;
  const difference = { table, column: name, fills: fillable };
  if (to === undefined) {
    const why = 'what stands in it would be lost';
    return { ...difference, what: `${name} is gone`, effect: 'destructive', needs: [{ option: 'drop', why }] };
  }
  const why = said === undefined ? 'rows that have nothing need something' : `${said} does not fit`;
  const lacking = bound
    ? ({ option: 'optional', why: 'no value is right for all rows that are there' } as const)
    : ({ option: 'fill', why } as const);
  if (from === undefined) {
    const effect = to.notNull || fill !== undefined ? 'backfill' : 'safe';
    const needs = to.notNull && fill === undefined ? [lacking] : [];
    return { ...difference, what: `${name} is new`, effect, needs };
  }
  const conversion = conversionOf(name, from, to);
  const fills = needsFill(conversion, from, to);
  // What is bound gets no value here: where rows have none yet, the migration says so and stops.
  const isMissing = fills && fill === undefined && !(bound && !conversion.partial);
  const needs = [
    ...(conversion.loss === undefined ? [] : [{ option: conversion.loss, why: lossOf(from, to) }]),
    ...(isMissing ? [lacking] : []),
  ];
  const isReplaced = from.type === to.type && conversion.value !== undefined;
  const what = `${name} is ${described(from, to)}`;
  return { ...difference, what, effect: effectOf(conversion, fills), needs, fills: fillable && (fills || isReplaced) };
}

function effectOf({ loss, value }: Conversion, fills: boolean): Effect {
  if (loss !== undefined) return 'destructive';
  return fills || value !== undefined ? 'backfill' : 'safe';
}

/** Whether there can be rows for which there is no value. */
export function needsFill({ partial }: Conversion, from: Column, to: Column): boolean {
  return to.notNull && (!from.notNull || partial);
}

/** What rows get that have nothing in a column, as SQL: what a person has said if it fits, otherwise the default; nothing if it is bound. */
export function fillOf(table: string, name: string, to: Table, { fill }: Allowed): string | undefined {
  const column = to.columns[name];
  if (column === undefined || isBound(to, name)) return undefined;
  const said = fill[`${table}.${name}`];
  if (said === undefined) return column.default;
  if (!fits(said, column)) return undefined;
  const kind = kindOf(column.type);
  if (kind === 'time') return text(toUtc(said)); // PostgreSQL reads no offset of 16 hours and more
  return kind === 'text' ? text(said) : said;
}

function fits(said: string, { type, values }: Column): boolean {
  return {
    text: () => values?.includes(said) ?? [...said].length <= lengthOf(type),
    integer: () => /^-?\d+$/.test(said) && Number.isSafeInteger(Number(said)),
    number: () => /^-?\d+(\.\d+)?$/.test(said),
    boolean: () => /^(true|false)$/.test(said),
    time: () => isDateTime(said),
  }[kindOf(type)]();
}

function lossOf(from: Column, to: Column): string {
  if (from.type !== to.type) return `values that do not fit ${to.type} would be cut or lost`;
  const gone = (from.values ?? []).filter((value) => !to.values?.includes(value));
  return gone.length === 0 ? 'other values would be lost' : `rows may hold ${gone.join(', ')}`;
}

/** How a column is otherwise than it was. */
function described(from: Column, to: Column): string {
  const parts = [
    from.type === to.type ? '' : `${to.type} and no longer ${from.type}`,
    from.notNull === to.notNull ? '' : to.notNull ? 'required' : 'optional',
    String(from.values) === String(to.values) ? '' : `one of ${to.values?.join(', ') ?? 'any values'}`,
    from.default === to.default ? '' : to.default === undefined ? 'without a default' : `${to.default} by default`,
  ];
  return parts.filter(Boolean).join(', ');
}
