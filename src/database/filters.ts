// Which rows a list is to have: its query parameters, as the contract says what each of them narrows.
import type { QueryBuilder } from 'objection';
import type { Condition } from '../contract/document.ts';
import type { Listing } from '../contract/listing.ts';
import type { StoredModel } from './models.ts';
import { contains, patternOf } from './search.ts';
import { type NamedValues, placeholder } from './statements.ts';

export type Rows = QueryBuilder<StoredModel, StoredModel[]>;

/** The parameters of a list by name, as the contract admitted them. */
export type ListQuery = Readonly<Record<string, unknown>>;

/** What narrows a list. */
export interface Filter {
  /** Names the conditions; the values are in `values`. */
  shape: string;
  values: NamedValues;
  /** How many columns it compares: an index leads to the rows for one of them, and of those it finds others are passed over. */
  columns: number;
  /** Whether it is a search, which costs more or less by how common its text is: no plan is good for all. */
  isSearch: boolean;
  /** Adds the conditions, with placeholders for the values. */
  narrow(rows: Rows): void;
}

export function filterOf({ filters, search }: Listing, query: ListQuery): Filter {
  const parts = filters.flatMap(({ parameter, conditions }): Filter[] => {
    const value = query[parameter];
    if (value === undefined) return [];
    if (conditions === undefined) return [equal(parameter, value)];
    const condition = Object.hasOwn(conditions, String(value)) ? conditions[String(value)] : undefined;
    return condition === undefined ? [] : [fixed(`${parameter}=${value}`, condition)];
  });
  const text = search && query[search.parameter];
  if (search !== undefined && typeof text === 'string') parts.push(containing(search.columns, text));
  return {
    shape: parts.map(({ shape }) => shape).join(' '),
    values: Object.assign({}, ...parts.map(({ values }) => values)),
    columns: parts.reduce((sum, { columns }) => sum + columns, 0),
    isSearch: parts.some(({ isSearch }) => isSearch),
    narrow: (rows) => {
      for (const part of parts) part.narrow(rows);
    },
  };
}

/** Columns come from the contract, never from a request. */
function equal(column: string, value: unknown): Filter {
  return {
    shape: `=${column}`,
    values: { [`=${column}`]: value },
    columns: 1,
    isSearch: false,
    narrow: (rows) => rows.where(column, placeholder('filter', `=${column}`)),
  };
}

function fixed(shape: string, condition: Record<string, Condition>): Filter {
  const columns = Object.keys(condition).length;
  return { shape, values: {}, columns, isSearch: false, narrow: (rows) => rows.where(condition) };
}

function containing(columns: string[], text: string): Filter {
  return {
    shape: '~',
    values: { pattern: patternOf(text) },
    columns: columns.length,
    isSearch: true,
    narrow: (rows) => contains(rows, columns, placeholder('filter', 'pattern')),
  };
}
