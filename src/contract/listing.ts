// What the query parameters of a list do to its rows: extensions of the contract, beside the parameters themselves.
import type { Condition, SortObject } from './document.ts';
import type { Parameter } from './parameters.ts';

export interface Filter {
  parameter: string;
  /** By value of the parameter, the columns and what they must hold; a value that is not there filters nothing. */
  conditions: Record<string, Record<string, Condition>> | undefined;
}

export interface Listing {
  /** `x-sort`: by value of the parameter of that name, what it orders by unless `order` says which way. */
  sorts: Record<string, SortObject>;
  /** The parameter that chooses among `sorts`. */
  sortedBy: string | undefined;
  /** `x-filter`: conditions by value; `true`: the column of the parameter's own name must equal the value. */
  filters: Filter[];
  /** `x-search`: the columns in which the parameter's text is looked for. */
  search: { parameter: string; columns: string[] } | undefined;
  /** The longest page that can be asked for, if the contract says. */
  longest: number | undefined;
}

/** A column that a list needs, and the parameter that says so. */
export interface Use {
  column: string;
  parameter: string | undefined;
}

/** The columns that a list orders, narrows and searches by. */
export function columnsUsed(listing: Listing): Record<'sorted' | 'filtered' | 'searched', Use[]> {
  const { sorts, sortedBy, filters, search } = listing;
  const by = (parameter: string | undefined, columns: string[]) => columns.map((column) => ({ column, parameter }));
  return {
    sorted: by(
      sortedBy,
      Object.values(sorts).map(({ column }) => column),
    ),
    filtered: filters.flatMap(({ parameter, conditions }) =>
      by(parameter, conditions === undefined ? [parameter] : Object.values(conditions).flatMap(Object.keys)),
    ),
    searched: by(search?.parameter, search?.columns ?? []),
  };
}

/** Reads the extensions of a list's parameters. */
export function readListing(parameters: Parameter[]): Listing {
  const sort = parameters.find((parameter) => parameter['x-sort'] !== undefined);
  const search = parameters.find((parameter) => parameter['x-search'] !== undefined);
  const limit = parameters.find(({ name }) => name === 'limit');
  return {
    sorts: sort?.['x-sort'] ?? {},
    sortedBy: sort?.name,
    filters: parameters.flatMap(({ name, 'x-filter': filter }) =>
      filter === undefined ? [] : [{ parameter: name, conditions: filter === true ? undefined : filter }],
    ),
    search: search && { parameter: search.name, columns: search['x-search'] ?? [] },
    longest: limit?.shape.maximum,
  };
}
