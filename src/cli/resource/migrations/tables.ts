// The tables that the resources of a contract ask for.
import { isReferredTo } from '../../../contract/resources/resources.ts';
import type { Field, Resource } from '../../../contract/resources/types.ts';
import { constraintName, ownerKey, ownerReference } from '../../../database/constraint-names.ts';
import { quoted } from '../../../database/quoted.ts';
import { indexesOf, searchIndexOf } from '../indexes.ts';
import { type Column, type Renames, type Table, type Tables, text } from './table.ts';

export function tablesOf(resources: Resource[]): Tables {
  return Object.fromEntries(resources.map((resource) => [resource.table, tableOf(resource, resources)]));
}

/** The old names that the contract says, as far as the snapshot still has them and not the new ones. */
export function renamesOf({ fields }: Resource, before: Table): Renames {
  return Object.fromEntries(
    fields.flatMap(({ name, renamedFrom }) =>
      renamedFrom === undefined || before.columns[name] !== undefined || before.columns[renamedFrom] === undefined
        ? []
        : [[name, renamedFrom]],
    ),
  );
}

const moment: Column = { type: 'timestamptz(3)', notNull: true, default: 'now()' };

function tableOf(resource: Resource, resources: Resource[]): Table {
  const { owner, fields } = resource;
  const owned = owner !== 'nobody';
  return {
    columns: {
      id: { type: 'bigint generated always as identity (maxvalue 9007199254740991) primary key', notNull: true },
      ...(owned && { user_id: { type: 'text', notNull: true } }),
      ...Object.fromEntries(fields.map((field) => [field.name, columnOf(field)])),
      created_at: moment,
      updated_at: moment,
      version: { type: 'bigint', notNull: true, default: '1' },
    },
    uniques: uniquesOf(resource),
    foreignKeys: foreignKeysOf(resource, resources),
    indexes: {
      ...Object.fromEntries(indexesOf(resource).map(({ name, columns }) => [name, `(${columns.join(', ')})`])),
      ...searchOf(resource),
      ...ownKey(resource, resources),
    },
  };
}

function columnOf({ type, length, nullable, default: fallback, values }: Field): Column {
  return {
    type: length === undefined ? type : `${type}(${length})`,
    notNull: !nullable,
    ...(fallback !== undefined && { default: typeof fallback === 'string' ? text(fallback) : String(fallback) }),
    ...(values !== undefined && { values: [...values].sort() }),
  };
}

function uniquesOf({ table, owner, fields }: Resource): Table['uniques'] {
  const lead = owner === 'nobody' ? '' : 'user_id, ';
  const unique = fields.filter((field) => field.unique);
  return Object.fromEntries(
    unique.map(({ name }) => [constraintName('unique', table, name), `(${lead}${quoted(name)})`]),
  );
}

/** Through the owner as well, so that nothing can be part of what another owns. */
function foreignKeysOf({ table, owner, parent, fields }: Resource, resources: Resource[]): Table['foreignKeys'] {
  const ofParent = parent === undefined ? [] : [{ name: parent.column, references: parent.schema }];
  const tables = new Map(resources.map((resource) => [resource.schema, resource.table]));
  return {
    ...(owner !== 'nobody' && { [ownerReference(table)]: '(user_id) references users (id) on delete cascade' }),
    ...Object.fromEntries(
      [...fields, ...ofParent].flatMap(({ name, references }) => {
        const other = references === undefined ? undefined : tables.get(references);
        const target =
          other && `(user_id, ${quoted(name)}) references ${quoted(other)} (user_id, id) on delete cascade`;
        return target === undefined ? [] : [[constraintName('reference', table, name), target]];
      }),
    ),
  };
}

function searchOf(resource: Resource): Table['indexes'] {
  const index = searchIndexOf(resource);
  return index === undefined ? {} : { [index.name]: `using gin (${index.columns.join(', ')})` };
}

/** What the references of others need. */
function ownKey(resource: Resource, resources: Resource[]): Table['indexes'] {
  return isReferredTo(resource, resources) ? { [ownerKey(resource.table)]: 'unique (user_id, id)' } : {};
}
