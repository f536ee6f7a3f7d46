// The indexes of a resource's table: each is led by the owner, one for each documented order, alone and behind each filter.

import { createHash } from 'node:crypto';
import { columnsUsed } from '../../contract/listing.ts';
import type { Field, Resource } from '../../contract/resources/types.ts';
import { longestName } from '../../database/constraint-names.ts';
import { endOf } from '../../database/keyset.ts';
import { quoted } from '../../database/quoted.ts';

interface Index {
  name: string;
  /** What stands between the parentheses, as SQL. */
  columns: string[];
}

/** The indexes that lists, references and `x-index` ask for. */
export function indexesOf(resource: Resource): Index[] {
  const { table, listing, fields } = resource;
  const lead = leadOf(resource);
  const orders = ordersOf(resource);
  const filtered = new Set(columnsUsed(listing).filtered.map(({ column }) => column));
  const listed = ['', ...filtered].flatMap((filter) =>
    orders.map(({ name, key }) => ({
      name: [table, 'by', filter, name].filter(Boolean).join('_'),
      columns: [...lead, ...(filter === '' ? [] : [quoted(filter)]), key, 'id'].filter(isFirst),
    })),
  );
  const looked = fields
    .filter(({ index, references }) => index || references !== undefined)
    .map(({ name, references }) => ({
      name: `${table}_by_${name}`,
      // What a row refers to is deleted without the place of the row; all else is read by way of it.
      columns: [...(references === undefined ? lead : ['user_id']), quoted(name), 'id'],
    }));
  const others = looked.filter((index) => !listed.some((other) => leads(index, other)));
  const search = searchOf(resource);
  return named([...search, ...withoutRepeats([...listed, ...others])]).slice(search.length);
}

/** The index that finds texts wherever they stand; undefined when nothing is searched. */
export function searchIndexOf(resource: Resource): Index | undefined {
  return named(searchOf(resource))[0];
}

/** It has its name before all others: `tasks_by_text`, whatever is sorted by. */
function searchOf(resource: Resource): Index[] {
  const { table, listing } = resource;
  if (listing.search === undefined) return [];
  const texts = listing.search.columns.map((column) => `${quoted(column)} gin_trgm_ops`);
  return [{ name: `${table}_by_text`, columns: [...leadOf(resource), ...texts] }];
}

/** The columns that every list is narrowed by. */
function leadOf({ owner, parent }: Resource): string[] {
  return [...(owner === 'nobody' ? [] : ['user_id']), ...(parent === undefined ? [] : [quoted(parent.column)])];
}

/** What the rows of a list can be ordered by. A column that may be null counts as one end or the other. */
function ordersOf({ listing, fields }: Resource): { name: string; key: string }[] {
  const sorts = Object.entries(listing.sorts);
  if (sorts.length === 0) return [{ name: 'id', key: 'id' }];
  return sorts.flatMap(([name, { column }]) => {
    const field = fields.find((one) => one.name === column);
    if (field?.nullable !== true) return [{ name, key: quoted(column) }];
    const key = (order: 'asc' | 'desc') => `coalesce(${quoted(column)}, '${endOf({ order }, typesOf(field))}')`;
    return [
      { name, key: key('asc') },
      { name: `${name}_down`, key: key('desc') },
    ];
  });
}

function typesOf({ type }: Field): { types: string[] } {
  return { types: type === 'bigint' ? ['integer'] : [] };
}

function leads({ columns }: Index, other: Index): boolean {
  return columns.slice(0, -1).every((column, index) => other.columns[index] === column);
}

function withoutRepeats(indexes: Index[]): Index[] {
  return indexes.filter(
    ({ columns }, index) => indexes.findIndex((other) => String(other.columns) === String(columns)) === index,
  );
}

/** Names that are unlike each other in what PostgreSQL reads of them. */
function named(indexes: Index[]): Index[] {
  const taken = new Set<string>();
  return indexes.map((index) => {
    const plain = index.name.toLowerCase().replace(/\W/g, '_');
    const sum = createHash('sha256').update(String(index.columns)).digest('hex').slice(0, 8);
    const name = plain.length > longestName || taken.has(plain) ? `${plain.slice(0, longestName - 9)}_${sum}` : plain;
    taken.add(name);
    return { ...index, name };
  });
}

function isFirst(column: string, index: number, columns: string[]): boolean {
  return columns.indexOf(column) === index;
}
