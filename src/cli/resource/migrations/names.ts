// New names: columns that the contract calls otherwise, and what is made of them and so has their names in its own.
import { constraintName } from '../../../database/constraint-names.ts';
import { call } from './code.ts';
import type { Part, Renames, Table } from './table.ts';

/** Names of columns, and then of what is made of them: what is the same under another name only gets that name. */
export function namingOf(
  table: string,
  { from, before, to, renames }: { from: Table; before: Table; to: Table; renames: Renames },
) {
  const columns = Object.entries(renames);
  const checks = columns.flatMap(([now, old]) =>
    from.columns[old]?.values ? [[constraintName('check', table, old), constraintName('check', table, now)]] : [],
  );
  return [
    ...columns.map(([now, old]) => call('renameColumn', table, old, now)),
    ...checks.map(([old = '', now = '']) => call('renameConstraint', table, old, now)),
    ...(['uniques', 'foreignKeys'] as const).flatMap((part) =>
      newNames(before[part], to[part]).map(([old, now]) => call('renameConstraint', table, old, now)),
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

export function withNewNames(before: Table, to: Table): Table {
  const named = (part: Part) => {
    const names = new Map(newNames(before[part], to[part]));
    return Object.fromEntries(Object.entries(before[part]).map(([name, sql]) => [names.get(name) ?? name, sql]));
  };
  return { ...before, uniques: named('uniques'), foreignKeys: named('foreignKeys'), indexes: named('indexes') };
}
