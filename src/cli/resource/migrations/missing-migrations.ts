// The migrations that a project lacks: of tables that change or go, and of new ones, in the order in which they can be run.
import type { Resource, Unmade } from '../../../contract/resources/types.ts';
import type { Project } from '../project.ts';
import { migrationText } from '../templates/migration.ts';
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
  const plan = planMigrations(resources, readSnapshot(project.files.get(snapshotPath)), allowed, unmade);
  const refusals = refusalsOf(project.placeOf, resources, plan.differences, allowed);
  const wrong = [...unfitFills(project, resources, allowed), ...idleOptions(plan.differences, allowed)];
  if (refusals.length + wrong.length > 0) throw new Error([...refusals, ...wrong].join('\n'));

  const there = [...project.files].filter(([path]) => path.startsWith('migrations/'));
  const isThere = ({ table }: Resource) => isCreated(table, there, plan.created);
  const created = inOrder(resources)
    .filter((resource) => !isThere(resource))
    .map((resource) => ({ name: resource.table, text: migrationText(resource, resources) }));
  const known = resources.filter((resource) => plan.created.includes(resource.table) && isThere(resource));
  const paths = there.map(([path]) => path);
  const stamps = stampsAfter(paths, now);
  const all = [plan.before, ...created, plan.after].filter((migration) => migration !== undefined);
  return {
    files: all.map(({ name, text }, index) => [`migrations/${stamps(index)}_${name}.ts`, text]),
    changes: plan.differences.map(({ effect, table, what }) => `${effect.padEnd(11)}  ${table}: ${what}`),
    remarks: known.map(
      ({ at, table }) =>
        `${project.placeOf(at)}: a migration makes ${table}, and ${snapshotPath} did not know it: see to it that it is as the contract has it now`,
    ),
    snapshot: writtenSnapshot(withLimits(plan.tables, resources, project.document)),
  };
}

/** Whether a migration makes the table. One that was dropped once is there again only if the snapshot has it. */
function isCreated(table: string, migrations: [path: string, text: string][], fresh: string[]): boolean {
  const has = (text: string) => migrations.some(([, migration]) => migration.includes(text));
  return has(`createTable('${table}'`) && !(has(`dropTable(knex, '${table}')`) && fresh.includes(table));
}
