// The tables as the migrations leave them, remembered in a file, so that nothing but the contract is needed to see what changes.
import { readFileSync } from 'node:fs';
import type { Tables } from './table.ts';

export const snapshotPath = 'migrations/snapshot.json';

/** @throws Error when the file is there and cannot be read. */
export function readSnapshot(root: URL): Tables {
  try {
    return JSON.parse(readFileSync(new URL(snapshotPath, root), 'utf8'));
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return {};
    throw new Error(`${snapshotPath} cannot be read: ${(error as Error).message}`);
  }
}

/** The same text for the same tables. */
export function writtenSnapshot(tables: Tables): string {
  const sorted = Object.fromEntries(Object.entries(tables).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}
