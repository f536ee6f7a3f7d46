// The template of the migration that creates a resource's table.
import type { Field, Resource } from '../../../contract/resources/types.ts';
import { constraintName, ownerKey, ownerReference } from '../../../database/constraint-names.ts';
import { quoted } from '../../../database/quoted.ts';
import { indexesOf, searchIndexOf } from '../indexes.ts';
import { checkOf, isPlain, text } from '../migrations/table.ts';
import { literal } from '../typescript.ts';
import { capitalised, pluralWordsOf } from '../words.ts';

/** `resources`: all of the contract, of which some may be referred to. */
export function migrationText(resource: Resource, resources: Resource[]): string {
  const { table, owner } = resource;
  const search = searchIndexOf(resource);
  const lead = owner === 'nobody' ? 'There is an index' : 'Every index is led by the owner: one';
  const searches = search === undefined ? '' : ', and one for searches';
  const keys = referencesOf(resource, resources)
    .filter((reference) => reference.table !== table)
    .map(
      ({ table: other }) =>
        `  await knex.raw('create unique index if not exists ${ownerKey(other)} on ${quoted(other)} (user_id, id)');\n`,
    );
  const created = `  await knex.schema.createTable(${literal(table)}, (table) => {
${tableLines(resource, resources)
  .map((line) => `    ${line}\n`)
  .join('')}  });
`;
  return `// ${capitalised(pluralWordsOf(resource))}. ${lead} for each documented order, alone and behind each filter${searches}.
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
${[...new Set(keys)].join('')}${created}  for (const index of indexes) await knex.raw(\`create index \${index}\`);
${search === undefined ? '' : searchLines(table, search.name)}}

const indexes = [
${indexesOf(resource)
  .map(({ name, columns }) => `  \`${name} on ${quoted(table)} (${columns.join(', ')})\`,\n`)
  .join('')}];
${search === undefined ? '' : `const texts = ${literal(search.columns.join(', '))};\n`}
export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable(${literal(table)});
}
`;
}

function searchLines(table: string, name: string): string {
  return `  for (const extension of ['btree_gin', 'pg_trgm']) await knex.raw(\`create extension if not exists \${extension}\`);
  await knex.raw(\`create index ${name} on ${quoted(table)} using gin (\${texts})\`);
`;
}

function tableLines(resource: Resource, resources: Resource[]): string[] {
  const { table, owner, fields } = resource;
  const isOwned = owner !== 'nobody';
  const references = referencesOf(resource, resources);
  return [
    `table.specificType('id', 'bigint generated always as identity (maxvalue 9007199254740991)').primary();`,
    ...(isOwned ? [`table.text('user_id').notNullable();`] : []),
    ...fields.flatMap((field) => columnLines(table, field)),
    `table.specificType('created_at', 'timestamptz(3)').notNullable().defaultTo(knex.fn.now());`,
    `table.specificType('updated_at', 'timestamptz(3)').notNullable().defaultTo(knex.fn.now());`,
    `table.bigInteger('version').notNullable().defaultTo(1);`,
    ...(isOwned
      ? [`table.foreign('user_id', ${literal(ownerReference(table))}).references('users.id').onDelete('CASCADE');`]
      : []),
    ...fields.filter(({ unique }) => unique).map(({ name }) => uniqueText(table, name, isOwned)),
    ...(references.some((reference) => reference.table === table)
      ? [`table.unique(['user_id', 'id'], { indexName: ${literal(ownerKey(table))}, useConstraint: false });`]
      : []),
    ...references.map((reference) => referenceText(table, reference)),
  ];
}

/** A column as Knex makes it. */
function columnLines(table: string, { name, type, length, nullable, default: value, values }: Field): string[] {
  const column = literal(name);
  const made = {
    varchar: length === undefined ? `table.specificType(${column}, 'varchar')` : `table.string(${column}, ${length})`,
    text: `table.text(${column})`,
    bigint: `table.bigInteger(${column})`,
    'double precision': `table.double(${column})`,
    boolean: `table.boolean(${column})`,
    'timestamptz(3)': `table.specificType(${column}, 'timestamptz(3)')`,
  }[type];
  const required = nullable ? '' : '.notNullable()';
  const fallback = isPlain(String(value)) ? literal(value) : `knex.raw(${literal(text(String(value)))})`;
  const filled = value === undefined ? '' : `.defaultTo(${fallback})`;
  const whole = `${made}${required}${filled}`;
  if (values === undefined) return [`${whole};`];
  const constraint = literal(constraintName('check', table, name));
  if (values.every(isPlain)) return [`${whole}.checkIn([${values.map(literal).join(', ')}], ${constraint});`];
  const { check } = checkOf(table, name, values);
  return [`${whole};`, `table.check(${literal(check)}, [], ${constraint});`];
}

function uniqueText(table: string, name: string, isOwned: boolean): string {
  const columns = [...(isOwned ? ['user_id'] : []), name].map(literal).join(', ');
  return `table.unique([${columns}], { indexName: ${literal(constraintName('unique', table, name))} });`;
}

interface Reference {
  column: string;
  table: string;
}

/** What the rows are part of or refer to. The key has the owner, so a row of somebody else is none. */
function referencesOf({ parent, fields }: Resource, resources: Resource[]): Reference[] {
  return [
    ...(parent === undefined ? [] : [{ column: parent.column, table: parent.table }]),
    ...fields.flatMap(({ name, references }) => {
      const target = name === parent?.column ? undefined : resources.find(({ schema }) => schema === references);
      return target === undefined ? [] : [{ column: name, table: target.table }];
    }),
  ];
}

function referenceText(table: string, { column, table: target }: Reference): string {
  const name = literal(constraintName('reference', table, column));
  return `table.foreign(['user_id', ${literal(column)}], ${name}).references(['user_id', 'id']).inTable(${literal(target)}).onDelete('CASCADE');`;
}
