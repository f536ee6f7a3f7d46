// What has to become of the tables after the contract has changed: the migrations for it, and what has to be said first.
import { tableNameOf } from '../../../contract/resources/names.ts';
import type { Resource, Unmade } from '../../../contract/resources/types.ts';
import { quoted } from '../../../database/quoted.ts';
import { type Allowed, type Difference, differencesOf, fillOf } from './difference.ts';
import { alterationsText } from './migration.ts';
import type { Alteration } from './steps.ts';
import { mentions, renamed, type Table, type Tables } from './table.ts';
import { renamesOf, tablesOf } from './tables.ts';

/** A migration without its number. */
interface Migration {
  /** `alter_notes` */
  name: string;
  text: string;
}

interface Plan {
  differences: Difference[];
  /** The tables of new resources, to be made between `before` and `after`. */
  created: string[];
  /** To be run before the tables of new resources are made. */
  before: Migration | undefined;
  /** To be run after that: it refers to them. */
  after: Migration | undefined;
  /** The tables as the migrations leave them. */
  tables: Tables;
}

/** A table that is there before and after. */
interface AlteredTable extends Alteration {
  from: Table;
  to: Table;
  differences: Difference[];
}

/** Compares what the resources ask for with the snapshot. What cannot be made sense of leaves its table as it is. */
export function planMigrations(
  resources: Resource[],
  snapshot: Tables,
  allowed: Allowed,
  unmade: Pick<Unmade, 'collection' | 'plural' | 'lists'>[] = [],
): Plan {
  const unread = unmade.map(tableNameOf);
  const isUnlisted = ({ collection }: Resource) => unmade.some((one) => one.lists && one.collection === collection);
  const unknown = Object.entries(snapshot).filter(([table]) => unread.includes(table));
  const asked = Object.entries(tablesOf(resources)).map(([table, wanted]): [string, Table] => {
    const from = snapshot[table];
    const resource = resources.find((one) => one.table === table);
    if (from === undefined || resource === undefined) return [table, wanted];
    const isReferredTo = unknown.some(([, other]) => refersTo(other, table));
    const to = isReferredTo ? { ...wanted, indexes: { ...wanted.indexes, ...keysOf(from) } } : wanted;
    return [table, isUnlisted(resource) ? withIndexesOf(renamed(from, renamesOf(resource, from)), to) : to];
  });
  const tables = Object.fromEntries([...unknown, ...asked]);
  const changes = resources.flatMap((resource) => alteredTable(resource, tables, snapshot, allowed) ?? []);
  const gone = Object.keys(snapshot).filter((table) => tables[table] === undefined);
  const drops = gone.map((table) => ({
    table,
    from: snapshot[table],
    to: undefined,
    renames: {},
    fill: () => undefined,
  }));
  const created = Object.keys(tables).filter((table) => snapshot[table] === undefined);
  const [first, second] = inTwo(changes, created);
  return {
    differences: [...changes.flatMap(({ differences }) => differences), ...gone.map(dropOf)],
    created,
    before: migration('alter', sentence(first, gone), [...first, ...drops]),
    after: migration('refer', 'What refers to tables that are new.', second),
    tables,
  };
}

/** A list that cannot be made sense of says nothing of its indexes: those of before stay, as far as their columns do. */
function withIndexesOf(from: Table, to: Table): Table {
  const gone = Object.keys(from.columns).filter((column) => to.columns[column] === undefined);
  const isKept = (index: string) => !gone.some((column) => mentions(index, column));
  const kept = Object.entries(from.indexes).filter(([, index]) => isKept(index));
  return { ...to, indexes: { ...Object.fromEntries(kept), ...keysOf(to) } };
}

/** The key that the references of others need. One that cannot be made sense of stays as it is, and needs it as before. */
function keysOf({ indexes }: Table): Table['indexes'] {
  return Object.fromEntries(Object.entries(indexes).filter(([, index]) => index.startsWith('unique ')));
}

function refersTo({ foreignKeys }: Table, table: string): boolean {
  return Object.values(foreignKeys).some((sql) => isReferenceTo(sql, table));
}

function isReferenceTo(sql: string, table: string): boolean {
  return sql.includes(` references ${quoted(table)} `);
}

function migration(verb: string, title: string, changes: Alteration[]): Migration | undefined {
  const tables = changes.map(({ table }) => table).join('_');
  return changes.length === 0
    ? undefined
    : { name: `${verb}_${tables}`.slice(0, 80), text: alterationsText(title, changes) };
}

function alteredTable(
  resource: Resource,
  tables: Tables,
  snapshot: Tables,
  allowed: Allowed,
): AlteredTable | undefined {
  const { table } = resource;
  const [from, to] = [snapshot[table], tables[table]];
  if (from === undefined || to === undefined) return undefined;
  const renames = renamesOf(resource, from);
  const differences = differencesOf(table, { from, to, renames }, allowed);
  const fill: Alteration['fill'] = (name) => fillOf(table, name, to, allowed);
  return differences.length === 0 ? undefined : { table, from, to, renames, fill, differences };
}

function dropOf(table: string): Difference {
  const why = 'all of its rows would be lost';
  return {
    table,
    column: undefined,
    what: 'it is gone',
    effect: 'destructive',
    needs: [{ option: 'drop', why }],
    fills: false,
  };
}

/** What can be done before new tables are there, and what cannot. */
function inTwo(changes: AlteredTable[], created: string[]): [AlteredTable[], AlteredTable[]] {
  const refersToNew = (sql: string) => created.some((table) => isReferenceTo(sql, table));
  const pairs = changes.map((change): [AlteredTable, AlteredTable] => {
    const known = Object.entries(change.to.foreignKeys).filter(([, sql]) => !refersToNew(sql));
    const between: Table = { ...change.to, foreignKeys: Object.fromEntries(known) };
    return [
      { ...change, to: between },
      { ...change, from: between, renames: {} },
    ];
  });
  const isAnything = ({ from, to, renames }: AlteredTable) => differencesOf('', { from, to, renames }).length > 0;
  return [pairs.map(([one]) => one).filter(isAnything), pairs.map(([, other]) => other).filter(isAnything)];
}

/** `Notes: pinned is new; title is varchar(300) and no longer varchar(200).` */
function sentence(changes: AlteredTable[], dropped: string[]): string {
  const parts = [
    ...changes.map(({ table, differences }) => {
      const ofColumns = differences.filter(({ column }) => column !== undefined);
      // Indexes and constraints follow from the columns, unless they are all that changes.
      return `${table}: ${(ofColumns.length > 0 ? ofColumns : differences).map(({ what }) => what).join('; ')}`;
    }),
    ...dropped.map((table) => `${table}: gone`),
  ].join('. ');
  return `${parts.charAt(0).toUpperCase()}${parts.slice(1)}.`;
}
