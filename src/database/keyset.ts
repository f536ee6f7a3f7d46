// Pages by position: the order of a list, what comes after a row in it, and that position as an opaque cursor.
import { createHash } from 'node:crypto';
import type { Column } from '../contract/contract.ts';
import { isDateTime, toUtc } from '../contract/date-time.ts';
import type { Listing } from '../contract/listing.ts';
import { Problem } from '../problem.ts';
import type { ListQuery } from './filters.ts';
import { quoted } from './quoted.ts';
import { type NamedValues, placeholder } from './statements.ts';

/** An order of a list. The id breaks ties in the same direction, so it is total. */
export interface Sort {
  column: string;
  order: 'asc' | 'desc';
}

/** The order of a list that has no `x-sort`. */
const byAge: Sort = { column: 'id', order: 'asc' };

/** The position of a row in an order. */
export interface Cursor {
  value: string | number | boolean | null;
  id: number;
}

/** What is needed of a query to order and to narrow it. */
interface Rows {
  orderByRaw(sql: string): unknown;
  whereRaw(sql: string, bindings: string[]): unknown;
}

/** The order that the parameters of a list ask for. */
export function sortOf({ sorts, sortedBy }: Listing, query: ListQuery): Sort {
  const name = String(sortedBy && query[sortedBy]);
  const sort = (Object.hasOwn(sorts, name) ? sorts[name] : undefined) ?? byAge;
  const { order } = query;
  return order === 'asc' || order === 'desc' ? { ...sort, order } : sort;
}

/** Orders the rows. Undated ones come last in both directions: they count as the end that the order runs towards. */
export function orderBy(rows: Rows, sort: Sort, column: Column): void {
  rows.orderByRaw(`${key(sort, column)} ${sort.order}, id ${sort.order}`);
}

/** Narrows the rows to those that follow a cursor, with placeholders for `cursorValues`. */
export function afterCursor(rows: Rows, sort: Sort, column: Column): void {
  const beyond = sort.order === 'asc' ? '>' : '<';
  rows.whereRaw(`(${key(sort, column)}, id) ${beyond} (?, ?)`, [
    placeholder('page', 'after'),
    placeholder('page', 'after_id'),
  ]);
}

/** The values of a cursor for the placeholders of `afterCursor`. */
export function cursorValues(sort: Sort, column: Column, { value, id }: Cursor): NamedValues {
  return { after: value ?? endOf(sort, column), after_id: id };
}

/** The position of a row. */
export function positionOf(row: object, { column }: Sort): Cursor {
  // Every owned row has an id, and the column to sort by is one of its columns.
  const { id, [column]: value } = row as Record<string, Cursor['value']> & { id: number };
  return { value: value ?? null, id };
}

/** The cursor as text for the `Link` header. */
export function writeCursor({ column, order }: Sort, { value, id }: Cursor): string {
  return sealCursor([column, order, value, id]);
}

/** Text that `readCursor` takes for a cursor of this server, whatever stands in it. */
export function sealCursor(position: unknown): string {
  const text = Buffer.from(JSON.stringify(position)).toString('base64url');
  return `${text}.${checksum(text)}`;
}

/** @throws Problem 400 when this server did not make the cursor, or made it for another order. */
export function readCursor(sort: Sort, column: Column, text: string): Cursor {
  const [name, order, value, id] = unseal(text);
  if (name !== sort.column || order !== sort.order) throw foreign('This cursor belongs to another order.');
  // The checksum is no secret: what a forger could have written must still be a position.
  if (!isValueOf(column, value) || typeof id !== 'number' || !Number.isSafeInteger(id)) {
    throw foreign('This cursor was not made by this server.');
  }
  return { value, id };
}

function unseal(text: string): unknown[] {
  const [sealed = '', sum, ...rest] = text.split('.');
  try {
    const position: unknown = JSON.parse(Buffer.from(sealed, 'base64url').toString());
    if (sum === checksum(sealed) && rest.length === 0 && Array.isArray(position)) return position;
  } catch {
    // Not JSON: as foreign as any other.
  }
  throw foreign('This cursor was not made by this server.');
}

/**
 * The expression to order by, as it stands in the index. Only moments and numbers can be missing: they have an end to stand for
 * that. Column names come from the contract, never from a request.
 */
function key(sort: Sort, column: Column): string {
  const name = quoted(sort.column);
  return column.nullable ? `coalesce(${name}, '${endOf(sort, column)}')` : name;
}

/** What comes after all others in an order. JSON's integers are no greater than 2^53. */
export function endOf({ order }: Pick<Sort, 'order'>, { types }: Pick<Column, 'types'>): string {
  const last = types.includes('integer') ? '9007199254740992' : 'infinity';
  return order === 'asc' ? last : `-${last}`;
}

function isValueOf({ types, nullable, dateTime }: Column, value: unknown): value is Cursor['value'] {
  if (value === null) return nullable;
  if (dateTime) return typeof value === 'string' && isDateTime(value) && toUtc(value) === value;
  if (typeof value === 'string') return types.includes('string') && value.isWellFormed() && !value.includes('\0');
  if (typeof value === 'boolean') return types.includes('boolean');
  return types.includes('number') ? Number.isFinite(value) : types.includes('integer') && Number.isSafeInteger(value);
}

/** Tells a cursor that was cut or mistyped in transit; cursors of one owner lead nobody to another's rows. */
function checksum(position: string): string {
  return createHash('sha256').update(`cursor ${position}`).digest('base64url').slice(0, 8);
}

function foreign(detail: string): Problem {
  return new Problem('BadRequest', detail, {
    errors: [{ parameter: 'cursor', message: 'must come from the Link header of the page before', code: 'cursor' }],
  });
}
