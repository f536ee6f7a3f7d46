// The text of a migration between two states of tables that are in use.
import { anyValue } from './conversion.ts';
import { differencesOf } from './difference.ts';
import { type Alteration, stepsOf, turns } from './steps.ts';
import { type Column, isBound, renamed, type Table } from './table.ts';

/** Where the helpers that a migration calls come from. */
const modules: Record<string, string[]> = {
  briefly: ['alterTable', 'dropTable'],
  columns: ['convertColumn', 'requireColumn', 'restrictColumn'],
  constraints: ['addConstraint', 'addUnique'],
  indexes: ['createIndex', 'dropIndex', 'replaceIndex'],
  names: ['renameColumn', 'renameConstraint', 'renameIndex'],
};

/** `title`: what it is about, in a sentence. */
export function alterationsText(title: string, changes: Alteration[]): string {
  const [up, down] = [inTurns(changes), inTurns(changes.map(reversed))];
  const warning = warningOf(changes);
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

/** What an index on texts needs. */
const extensions = ['btree_gin', 'pg_trgm']
  .map((extension) => `  await knex.raw('create extension if not exists ${extension}');`)
  .join('\n');

/** The steps of all tables, those of one turn together. */
function inTurns(changes: Alteration[]): string[] {
  const all = changes.map(stepsOf);
  const steps = turns.flatMap((turn) => all.flatMap((one) => one[turn]));
  return steps.some((step) => step.includes('using gin')) ? [extensions, ...steps] : steps;
}

function reversed({ table, from, to, renames }: Alteration): Alteration {
  const back = Object.fromEntries(Object.entries(renames).map(([now, old]) => [old, now]));
  const fill: Alteration['fill'] = (name, column) => from && restored(from, name, column);
  return { table, from: to, to: from, renames: back, fill };
}

/** What stands in a column again whose values nobody knows any more. */
function restored(table: Table, name: string, column: Column): string | undefined {
  if (isBound(table, name)) return undefined;
  return column.notNull ? anyValue(column) : column.default;
}

/** What going back does not bring back. */
function warningOf(changes: Alteration[]): string {
  const lost = changes.flatMap(({ table, from, to, renames }) => {
    if (to === undefined) return [table];
    const gone = Object.keys(from?.columns ?? {}).filter((name) => to.columns[name] === undefined);
    return gone.filter((name) => !Object.values(renames).includes(name)).map((name) => `${table}.${name}`);
  });
  const cut = changes.flatMap(({ table, from, to, renames }) => {
    if (from === undefined || to === undefined) return [];
    const back = differencesOf(table, { from: to, to: renamed(from, renames), renames: {} });
    return back
      .filter(({ needs }) => needs.some(({ option }) => option === 'narrow' || option === 'convert'))
      .map(({ column }) => `${table}.${column}`);
  });
  return [
    lost.length === 0 ? '' : `What stood in ${lost.join(', ')} is lost.`,
    cut.length === 0 ? '' : `What does not fit into ${cut.join(', ')} any more is cut or replaced.`,
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
