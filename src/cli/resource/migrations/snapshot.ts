// The tables as the migrations leave them, remembered in a file, so that nothing but the contract is needed to see what changes.
import type { Tables } from './table.ts';

export const snapshotPath = 'migrations/snapshot.json';

/** @throws Error when it is not JSON. Without a snapshot there are no tables. */
export function readSnapshot(text: string | undefined): Tables {
  try {
    return text === undefined ? {} : JSON.parse(text);
  } catch (error) {
    throw new Error(`${snapshotPath} cannot be read: ${(error as Error).message}`);
  }
}

/** The same text for the same tables. */
export function writtenSnapshot(tables: Tables): string {
  const sorted = Object.fromEntries(Object.entries(tables).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}
