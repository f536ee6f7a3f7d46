// The tables as the migrations leave them, remembered in a file, so that nothing but the contract is needed to see what changes.
import { isObject } from '../../../contract/located.ts';
import type { Tables } from './table.ts';

export const snapshotPath = 'migrations/snapshot.json';

/** @throws Error when it is not JSON, or not of tables. Without a snapshot there are no tables. */
export function readSnapshot(text: string | undefined): Tables {
  if (text === undefined) return {};
  try {
    const tables: unknown = JSON.parse(text);
    if (!isObject(tables)) throw new Error('it holds no tables');
    for (const [name, table] of Object.entries(tables)) {
      const parts = isObject(table) ? [table['columns'], table['uniques'], table['foreignKeys'], table['indexes']] : [];
      if (parts.length === 0 || !parts.every(isObject)) throw new Error(`${name} is no table`);
    }
    return tables as Tables; // as this project wrote it; whoever edits it by hand may be told more by PostgreSQL
  } catch (error) {
    throw new Error(`${snapshotPath} cannot be read: ${(error as Error).message}`);
  }
}

/** The same text for the same tables. */
export function writtenSnapshot(tables: Tables): string {
  const sorted = Object.fromEntries(Object.entries(tables).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}
