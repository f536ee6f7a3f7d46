// `npm run migrations` fails when the contract asks for tables that the migrations do not make, as the snapshot remembers them.
// After a migration that was written by hand, `npm run migrations -- --taken` takes the tables of the contract for made.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadContract } from '../contract/contract.ts';
import { resourcesOf } from '../contract/resources.ts';
import { command, readArguments } from './command.ts';
import { nothing } from './resource/migrations/difference.ts';
import { planMigrations } from './resource/migrations/plan.ts';
import { readSnapshot, snapshotPath, writtenSnapshot } from './resource/migrations/snapshot.ts';

const file = new URL(`../../${snapshotPath}`, import.meta.url);

await command(() => {
  const { taken } = readArguments('npm run migrations -- [--taken]', {
    options: { taken: { type: 'boolean' } },
  }).values;
  const { resources, unmade } = resourcesOf(loadContract().document);
  const snapshot = readSnapshot(existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  const { differences, created, tables } = planMigrations(resources, snapshot, nothing, unmade);
  const missing = [
    ...created.map((table) => `${table} is new`),
    ...differences.map(({ table, what }) => `${table}: ${what}`),
  ];
  if (taken) writeFileSync(file, writtenSnapshot(tables));
  else if (missing.length > 0) throw new Error(complaint(missing));
});

function complaint(missing: string[]): string {
  return [
    'openapi.yaml asks for tables that no migration makes:',
    ...missing.map((line) => `  ${line}`),
    'Run: npm run resource generate',
  ].join('\n');
}
