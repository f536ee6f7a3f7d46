// One page of an owner's rows, in the order and through the filters that the contract describes beside the parameters of the list.
import type { Column } from '../contract/contract.ts';
import type { JsonText } from '../contract/json-text.ts';
import type { BoundTable, Manner } from './bound-table.ts';
import { notFound } from './constraint-problems.ts';
import { type Filter, filterOf, type ListQuery, type Rows } from './filters.ts';
import {
  afterCursor,
  type Cursor,
  cursorValues,
  orderBy,
  positionOf,
  readCursor,
  type Sort,
  sortOf,
  writeCursor,
} from './keyset.ts';
import { asLines, cut, type Lines } from './lines.ts';
import { placeholder } from './statements.ts';

export interface Page<Row> {
  rows: JsonText<Row[]>;
  /** The cursor of the next page, if there is one. */
  next: string | undefined;
  /** How many rows match on all pages, if that was asked for. */
  total: number | undefined;
}

/** The parameters that every list has, beside those of its own. */
export type PageQuery = ListQuery & {
  limit: number;
  offset: number;
  cursor?: string;
  count: 'none' | 'exact';
};

/** Reads one row more than the page has, to see whether there is another page. @throws Problem as `OwnedRows.page` does. */
export async function readPage<Row>(table: BoundTable, query: PageQuery): Promise<Page<Row>> {
  const {
    columns,
    operation: { listing },
  } = table.binding;
  const sort = sortOf(listing, query);
  const column = columns[sort.column];
  if (column === undefined) throw new Error(`${table.model.tableName} has no column ${sort.column} to sort by`);
  const cursor = query.cursor === undefined ? undefined : readCursor(sort, column, query.cursor);
  const filter = filterOf(listing, query);
  const lines = await linesOf(table, query, { sort, column, cursor, filter });
  if (lines.number === 0) await parentsAreThere(table);
  const { rows, last } = cut<Row>(lines, query.limit);
  return {
    rows,
    next: last && writeCursor(sort, positionOf(last, sort)),
    total: query.count === 'exact' ? await countOf(table, filter) : undefined,
  };
}

interface Wanted {
  sort: Sort;
  column: Column;
  cursor: Cursor | undefined;
  filter: Filter;
}

async function linesOf(
  table: BoundTable,
  { limit, offset }: PageQuery,
  { sort, column, cursor, filter }: Wanted,
): Promise<Lines> {
  const { columns, operation, db } = table.binding;
  const from = cursor === undefined ? (offset > 0 ? 'offset' : 'start') : 'cursor';
  const shape = `page ${sort.column} ${sort.order} ${from} ${filter.shape}`;
  const position = cursor && cursorValues(sort, column, cursor);
  const values = { filter: filter.values, page: { ...position, limit: limit + 1, offset } };
  const compose = (rows: Rows) => {
    filter.narrow(rows);
    orderBy(rows, sort, column);
    if (cursor !== undefined) afterCursor(rows, sort, column);
    if (from === 'offset') skip(rows);
    const wanted = rows.select(Object.keys(columns)).toKnexQuery();
    const { longest } = operation.listing;
    // The planner cannot see a limit that comes as a value. The longest page tells it that an index in order is best.
    if (from !== 'offset' && longest !== undefined) wanted.limit(longest + 1, { skipBinding: true });
    return db.raw(asLines(columns), [wanted, placeholder('page', 'limit')]);
  };
  const [page] = await table.run(shape, values, compose, mannerOf(filter, from));
  return page as unknown as Lines; // what `asLines` asks for
}

/** An index leads to the rows of a page that one column narrows at most; more of them can have rows passed over. */
function mannerOf(filter: Filter, from: 'start' | 'cursor' | 'offset'): Manner {
  if (filter.isSearch) return 'in turn';
  if (from === 'offset') return 'unplanned';
  return filter.columns > 1 ? 'planned' : 'together';
}

/** Leaves out what comes before the offset: an index names those rows, and only those of the page are read. */
function skip(rows: Rows): void {
  const ids = rows.clone().select('id').toKnexQuery();
  rows.whereRaw('id in (? limit ? offset ?)', [ids, placeholder('page', 'limit'), placeholder('page', 'offset')]);
}

async function countOf(table: BoundTable, filter: Filter): Promise<number> {
  const compose = (rows: Rows) => {
    filter.narrow(rows);
    return rows.count('* as total').toKnexQuery();
  };
  const [row] = await table.run(
    `count ${filter.shape}`,
    { filter: filter.values },
    compose,
    filter.isSearch ? 'in turn' : 'planned',
  );
  return Number(row?.['total']);
}

/** No rows are within what is not there, but none need be within what is. */
async function parentsAreThere(table: BoundTable): Promise<void> {
  const { owner, parents } = table.model;
  for (const [column, parent] of Object.entries<string>(parents)) {
    const found = await table.run(`parent by ${column}`, {}, () =>
      table.binding
        .db(parent)
        .select('id')
        .where({ [owner]: placeholder('bound', owner), id: placeholder('bound', column) }),
    );
    if (found.length === 0) throw notFound();
  }
}
