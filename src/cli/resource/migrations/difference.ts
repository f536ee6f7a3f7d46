// Compares the tables that the contract asks for with those of the snapshot, column by column, and judges each difference.
import { type Conversion, conversionOf } from './conversion.ts';
import { type Column, renamed, type Table, text } from './table.ts';

/** The old name of a column by its new one. */
export type Renames = Record<string, string>;

/** What a person has said about columns, each `notes.body` (a whole table: `notes`). */
export interface Allowed {
  drop: readonly string[];
  narrow: readonly string[];
  convert: readonly string[];
  /** What rows get that have nothing, as a person writes it. */
  fill: Readonly<Record<string, string>>;
}

/** Something to be changed, and how dangerous it is. */
export interface Difference {
  table: string;
  /** Undefined: the table itself. */
  column: string | undefined;
  kind: 'safe' | 'backfill' | 'destructive';
  what: string;
  /** What must be said for it to happen. */
  needs: { option: 'drop' | 'narrow' | 'convert' | 'fill'; why: string }[];
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

/** What is different about a table. */
export function differencesOf(table: string, from: Table, to: Table, renames: Renames, allowed: Allowed): Difference[] {
  const safe = (what: string): Difference => ({ table, column: undefined, kind: 'safe', what, needs: [] });
  const before = renamed(from, renames);
  const named = Object.entries(renames).map(([now, old]) => ({ ...safe(`${old} is called ${now}`), column: now }));
  const columns = pairsOf(before, to).map((pair) => columnDifference(table, pair, allowed));
  const parts = (['uniques', 'foreignKeys', 'indexes'] as const).flatMap((kind) =>
    JSON.stringify(before[kind]) === JSON.stringify(to[kind]) ? [] : [safe(`other ${words[kind]}`)],
  );
  return [...named, ...columns, ...parts];
}

const words = { uniques: 'unique values', foreignKeys: 'references', indexes: 'indexes' };

function columnDifference(table: string, { name, from, to }: ColumnPair, allowed: Allowed): Difference {
  const difference: Difference = { table, column: name, kind: 'safe', what: `${name} is new`, needs: [] };
  if (to === undefined) {
    const why = 'what stands in it would be lost';
    return { ...difference, kind: 'destructive', what: `${name} is gone`, needs: [{ option: 'drop', why }] };
  }
  const lacking = { option: 'fill', why: 'rows that have nothing need something' } as const;
  const fill = fillOf(table, name, to, allowed);
  if (from === undefined) {
    return to.notNull && fill === undefined ? { ...difference, kind: 'backfill', needs: [lacking] } : difference;
  }
  const conversion = conversionOf(name, from, to);
  const fills = needsFill(conversion, from, to);
  const needs = [
    ...(isLossy(conversion) ? [{ option: conversion.loss, why: lossOf(from, to) }] : []),
    ...(fills && fill === undefined ? [lacking] : []),
  ];
  const kind = isLossy(conversion) ? 'destructive' : fills || conversion.value !== undefined ? 'backfill' : 'safe';
  return { ...difference, kind, what: `${name} is ${described(from, to)}`, needs };
}

/** Whether there can be rows for which there is no value. */
export function needsFill({ partial }: Conversion, from: Column, to: Column): boolean {
  return to.notNull && (!from.notNull || partial);
}

/** What rows get that have nothing, as SQL: what a person has said, otherwise the default. */
export function fillOf(table: string, name: string, { type, default: fallback }: Column, { fill }: Allowed) {
  const said = fill[`${table}.${name}`];
  if (said === undefined) return fallback;
  return /^(varchar|text|timestamptz)/.test(type) ? text(said) : said;
}

function isLossy(conversion: Conversion): conversion is Conversion & { loss: 'narrow' | 'convert' } {
  return conversion.loss === 'narrow' || conversion.loss === 'convert';
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
