// The text of a migration between two states of tables that are in use.
import { quoted } from '../../../database/quoted.ts';
import { call, template } from './code.ts';
import { anyValue } from './conversion.ts';
import { type Alteration, stepsOf, turns } from './steps.ts';
import { type Column, checkOf, mentions, type Table, type Tables } from './table.ts';

/** What a migration is to do: change tables, and then drop others. */
export interface Work {
  /** What it is about, in a sentence. */
  title: string;
  changes: Alteration[];
  dropped: Tables;
}

/** Where the helpers that a migration calls come from. */
const modules: Record<string, string[]> = {
  briefly: ['alterTable'],
  columns: ['convertColumn', 'requireColumn', 'restrictColumn'],
  constraints: ['addConstraint', 'addUnique'],
  indexes: ['createExtensions', 'createIndex', 'dropIndex', 'replaceIndex'],
  names: ['renameColumn', 'renameConstraint', 'renameIndex'],
};

export function migrationText({ title, changes, dropped }: Work): string {
  const gone = Object.entries(dropped);
  const up = [...inTurns(changes), ...gone.map(([table]) => `  await knex.schema.dropTableIfExists('${table}');`)];
  const down = [...gone.reverse().flatMap(creation), ...inTurns(changes.map(reversed))];
  const warning = warningOf(changes, dropped);
  const code = [...up, ...down].join('\n');
  const imports = Object.entries(modules).flatMap(([file, names]) => {
    const used = names.filter((name) => code.includes(`await ${name}(`));
    return used.length === 0 ? [] : [`import { ${used.join(', ')} } from '../src/database/live/${file}.ts';`];
  });
  return `${comment(title)}
import type { Knex } from 'knex';
${imports.join('\n')}

// Each step ends by itself, and requests go on meanwhile. When it is run again, what is done already is passed over.
export const config = { transaction: false };

export async function up(knex: Knex): Promise<void> {
${up.join('\n')}
}

${warning === '' ? '' : `${comment(warning)}\n`}export async function down(knex: Knex): Promise<void> {
${down.join('\n')}
}
`;
}

/** The steps of all tables, those of one turn together. */
function inTurns(changes: Alteration[]): string[] {
  const all = changes.map(stepsOf);
  const steps = turns.flatMap((turn) => all.flatMap((one) => one[turn]));
  return steps.some((step) => step.includes('using gin')) ? ['  await createExtensions(knex);', ...steps] : steps;
}

function reversed({ table, from, to, renames }: Alteration): Alteration {
  const back = Object.fromEntries(Object.entries(renames).map(([now, old]) => [old, now]));
  return { table, from: to, to: from, renames: back, fill: (_table, name, column) => restored(from, name, column) };
}

/** What stands in a column again whose values nobody knows any more: nothing where rows must differ, or name another row. */
function restored({ uniques, foreignKeys }: Table, name: string, column: Column): string | undefined {
  const isBound = [...Object.values(uniques), ...Object.values(foreignKeys)].some((sql) => mentions(sql, name));
  return isBound ? column.default : anyValue(column);
}

/** What going back does not bring back. */
function warningOf(changes: Alteration[], dropped: Tables): string {
  const columns = changes.flatMap(({ table, from, to, renames }) =>
    Object.keys(from.columns)
      .filter((name) => to.columns[name] === undefined && !Object.values(renames).includes(name))
      .map((name) => `${table}.${name}`),
  );
  const lost = [...Object.keys(dropped), ...columns];
  return lost.length === 0 ? '' : `What stood in ${lost.join(', ')} is lost.`;
}

/** A table that is made again, empty. */
function creation([table, { columns, uniques, foreignKeys, indexes }]: [string, Table]): string[] {
  const parts = [
    ...Object.entries(columns).map(([name, column]) => `${quoted(name)} ${definitionOf(column)}`),
    ...Object.entries(columns).flatMap(([name, { values }]) => {
      const constraint = values && checkOf(table, name, values);
      return constraint === undefined ? [] : [`constraint ${quoted(constraint.name)} check (${constraint.check})`];
    }),
    ...Object.entries(uniques).map(([name, sql]) => `constraint ${quoted(name)} unique ${sql}`),
    ...Object.entries(foreignKeys).map(([name, sql]) => `constraint ${quoted(name)} foreign key ${sql}`),
  ];
  const lines = parts.map((part) => `    ${part}`).join(',\n');
  return [
    `  await knex.raw(${template(`create table if not exists ${quoted(table)} (\n${lines}\n  )`)});`,
    ...Object.entries(indexes).map(([name, definition]) => call('createIndex', table, name, definition)),
  ];
}

function definitionOf({ type, notNull, default: fallback }: Column): string {
  return [
    type,
    notNull && !type.includes('primary key') ? 'not null' : '',
    fallback === undefined ? '' : `default ${fallback}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Lines of at most 120 characters. */
function comment(sentence: string): string {
  const lines: string[] = [];
  for (const word of sentence.split(' ').filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= 120) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`// ${word}`);
  }
  return lines.join('\n');
}
