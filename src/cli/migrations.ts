// `npm run migrations` fails when the contract asks for tables that the migrations do not make, as the snapshot remembers them.
// After a migration that was written by hand, `npm run migrations -- --taken` takes the tables of the contract for made.
import { writeFile } from 'node:fs/promises';
import { tableNameOf } from '../contract/resources/names.ts';
import { resourcesOf } from '../contract/resources/resources.ts';
import type { Unmade } from '../contract/resources/types.ts';
import { command, readArguments } from './command.ts';
import { nothing } from './resource/migrations/difference.ts';
import { withLimits } from './resource/migrations/limits.ts';
import { planMigrations } from './resource/migrations/plan.ts';
import { readSnapshot, snapshotPath, writtenSnapshot } from './resource/migrations/snapshot.ts';
import type { Tables } from './resource/migrations/table.ts';
import { tablesOf } from './resource/migrations/tables.ts';
import { readProject } from './resource/project.ts';
import { unreadTables } from './resource/until-mended.ts';

const root = new URL('../../', import.meta.url);

await command(async () => {
  const { taken } = readArguments('npm run migrations -- [--taken]', {
    options: { taken: { type: 'boolean' } },
  }).values;
  const project = await readProject(root);
  const { resources, unmade } = resourcesOf(project.document);
  const written = project.files.get(snapshotPath);
  if (taken) {
    const tables = withLimits(tablesOf(resources), resources, project.document);
    await writeFile(new URL(snapshotPath, root), writtenSnapshot(tables));
    const left = letGo(written, tables, unmade);
    if (left.length > 0) process.stdout.write(`Yours from now on, with every change of them: ${left.join(', ')}\n`);
    return;
  }
  const snapshot = readSnapshot(written);
  const { differences, created } = planMigrations(resources, snapshot, nothing, unmade);
  const missing = [
    ...created.map((table) => `${table} is new`),
    ...differences.map(({ table, what }) => `${table}: ${what}`),
  ];
  const unread = unreadTables(project, { resources, unmade });
  const complaints = [
    ...(missing.length > 0 ? ['openapi.yaml asks for tables that no migration makes:', ...missing.map(indented)] : []),
    ...(missing.length > 0 ? ['Run: npm run resource generate'] : []),
    ...(unread.length > 0 ? ['Whether openapi.yaml asks for others cannot be said:', ...unread.map(indented)] : []),
    ...(unread.length > 0 ? ['Mend it, or see to these tables yourself: npm run migrations -- --taken'] : []),
  ];
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
});

/** The tables that the snapshot had and has no more, since the contract cannot be made sense of there. One that is damaged says none. */
function letGo(written: string | undefined, tables: Tables, unmade: Unmade[]): string[] {
  try {
    const before = readSnapshot(written);
    const names = new Set(unmade.map(tableNameOf));
    return [...names].filter((table) => before[table] !== undefined && tables[table] === undefined);
  } catch {
    return [];
  }
}

function indented(line: string): string {
  return `  ${line}`;
}
