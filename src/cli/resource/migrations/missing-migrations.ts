// The migrations that a project lacks: of tables that change or go, and of new ones, in the order in which they can be run.
import type { Resource, Unmade } from '../../../contract/resources/types.ts';
import type { Project } from '../project.ts';
import { migrationText } from '../templates/migration.ts';
import { folderOf } from '../words.ts';
import type { Allowed } from './difference.ts';
import { withLimits } from './limits.ts';
import { inOrder, stampsAfter } from './order.ts';
import { planMigrations } from './plan.ts';
import { idleOptions, refusalsOf, unfitFills } from './refusals.ts';
import { readSnapshot, snapshotPath, writtenSnapshot } from './snapshot.ts';

interface MissingMigrations {
  /** By path. */
  files: [path: string, text: string][];
  /** What they do to tables that are there: `safe         notes: pinned is new`. */
  changes: string[];
  /** What a person has to do, each with its place in the contract. */
  remarks: string[];
  /** What the snapshot is to be. */
  snapshot: string;
}

/** @throws Error when rows would lose something that nobody has let go, or have nothing that they must have. */
export function missingMigrations(
  project: Project,
  { resources, unmade }: { resources: Resource[]; unmade: Unmade[] },
  { allowed, now }: { allowed: Allowed; now: Date },
): MissingMigrations {
  const snapshot = readSnapshot(project.files.get(snapshotPath));
  const plan = planMigrations(resources, snapshot, allowed, unmade);
  const refusals = refusalsOf(project.placeOf, resources, plan.differences, allowed);
  const wrong = [...unfitFills(project, resources, allowed), ...idleOptions(plan.differences, allowed)];
  if (refusals.length + wrong.length > 0) throw new Error([...refusals, ...wrong].join('\n'));

  const there = [...project.files].filter(([path]) => path.startsWith('migrations/'));
  const isThere = ({ table }: Resource) => isCreated(table, there, plan.created);
  const created = inOrder(resources)
    .filter((resource) => !isThere(resource))
    .map((resource) => ({ name: resource.table, text: migrationText(resource, resources) }));
  const known = resources.filter((resource) => plan.created.includes(resource.table) && isThere(resource));
  const gone = Object.keys(snapshot).filter((table) => plan.tables[table] === undefined);
  const paths = there.map(([path]) => path);
  const stamps = stampsAfter(paths, now);
  const all = [plan.before, ...created, plan.after].filter((migration) => migration !== undefined);
  return {
    files: all.map(({ name, text }, index) => [`migrations/${stamps(index)}_${name}.ts`, text]),
    changes: plan.differences.map(({ effect, table, what }) => `${effect.padEnd(11)}  ${table}: ${what}`),
    remarks: [...takenUp(project, known), ...leftBehind(project, gone)],
    snapshot: writtenSnapshot(withLimits(plan.tables, resources, project.document)),
  };
}

/** Tables that a person had taken out of the snapshot, or that it never had. */
function takenUp({ placeOf }: Project, resources: Resource[]): string[] {
  const unsaid = `${snapshotPath} did not know it: see to it that it is as the contract has it now`;
  return resources.map(({ at, table }) => `${placeOf(at)}: a migration makes ${table}, and ${unsaid}`);
}

/** The code of tables that go. */
function leftBehind({ files }: Project, tables: string[]): string[] {
  return tables
    .map((table) => `src/resources/${folderOf({ plural: table })}`)
    .filter((folder) => files.has(`${folder}/handlers.ts`))
    .map((folder) => `${folder} is of no use any more: remove it, its test and its lines in src/operations.ts`);
}

/** Whether a migration makes the table. One that was dropped once is there again only if the snapshot has it. */
function isCreated(table: string, migrations: [path: string, text: string][], fresh: string[]): boolean {
  const has = (text: string) => migrations.some(([, migration]) => migration.includes(text));
  return has(`createTable('${table}'`) && !(has(`dropTable(knex, '${table}')`) && fresh.includes(table));
}
