// The rows of one table that belong to one owner: every statement made here is bound to that owner.
import type { Knex } from 'knex';
import { raw } from 'objection';
import type { Column, ContractOperation } from '../contract/contract.ts';
import type { JsonText } from '../contract/json-text.ts';
import { Problem } from '../problem.ts';
import { constraintProblem, notFound } from './constraint-problems.ts';
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
import type { StoredModel } from './models.ts';
import { type Composed, placeholder, run, type Statements, type Values } from './statements.ts';

/** A row and the version that its `ETag` is made of. */
export interface Versioned<Row> {
  row: Row;
  version: number;
}

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

/** What names a row among its owner's. */
export type RowKey = Readonly<Record<string, string | number>>;

/** What rows of an owner need to know. */
export interface Access {
  db: Knex;
  statements: Statements;
  /** Searches of one caller take turns: the costliest take a connection for seconds, and there are few. */
  inTurn: <Result>(search: () => Promise<Result>) => Promise<Result>;
  /** What every row has, its owner first of all. */
  bound: RowKey;
  /** The columns of the row's schema. */
  columns: Record<string, Column>;
  /** What the rows are wanted for. */
  operation: ContractOperation;
  /** Does a write, and again if it failed because its owner was not in `users` yet; see `Scope`. */
  knowingOwner: <Value>(write: () => Promise<Value>) => Promise<Value>;
}

/** New values by column. */
type Changes<Row> = { [Name in keyof Row]?: Row[Name] };

/** What may be done with rows that belong to nobody. */
export type SharedRows<Row extends object> = Pick<OwnedRows<Row>, 'find' | 'page'>;

export class OwnedRows<Row extends object> {
  readonly #model: typeof StoredModel;
  readonly #access: Access;
  /** What every statement is bound to. */
  readonly #bound: RowKey;

  constructor(model: typeof StoredModel, access: Access) {
    this.#model = model;
    this.#access = access;
    this.#bound = access.bound;
  }

  /** @throws Problem 404 when the owner has no such row, whether or not somebody else has. */
  async find(key: RowKey): Promise<Versioned<Row>> {
    const [found] = await this.#run(`find by ${Object.keys(key)}`, key, (rows) =>
      rows.where(placeholders(key)).select(this.#versioned()).toKnexQuery(),
    );
    return withVersion(required(found));
  }

  /**
   * One page of the rows, in the order and through the filters that the contract describes beside the parameters of the
   * list; one row more is read to see whether there is another page.
   * @throws Problem 400 when the cursor was not made here for this order, 404 when there is nothing that the rows are within.
   */
  async page(query: PageQuery): Promise<Page<Row>> {
    const {
      columns,
      operation: { listing },
    } = this.#access;
    const sort = sortOf(listing, query);
    const column = columns[sort.column];
    if (column === undefined) throw new Error(`${this.#model.tableName} has no column ${sort.column} to sort by`);
    const cursor = query.cursor === undefined ? undefined : readCursor(sort, column, query.cursor);
    const filter = filterOf(listing, query);
    const lines = await this.#linesOf(query, { sort, column, cursor, filter });
    if (lines.number === 0) await this.#parentsAreThere();
    const { rows, last } = cut<Row>(lines, query.limit);
    return {
      rows,
      next: last && writeCursor(sort, positionOf(last, sort)),
      total: query.count === 'exact' ? await this.#count(filter) : undefined,
    };
  }

  async create(values: Changes<Row>): Promise<Versioned<Row>> {
    const row = { ...values, ...this.#bound };
    const [created] = await this.#access.knowingOwner(() =>
      this.#run(`create ${namesIn(row)}`, row, () =>
        this.#all().insert(placeholders(row)).returning(this.#versioned()).toKnexQuery(),
      ),
    );
    return withVersion(required(created));
  }

  /**
   * Changes the row in one statement. With `versions`, only if it is at one of them.
   * @throws Problem 404, or 412 when the row is at another version.
   */
  update(key: RowKey, changes: Changes<Row>, versions?: number[]): Promise<Versioned<Row>> {
    const names = namesIn(changes);
    return this.#change(`update ${names}`, key, versions, changes, () => placeholdersOf(names));
  }

  /** Turns a truth value of the row into its opposite, in one statement. @throws Problem as `update` does. */
  toggle(key: RowKey, column: keyof Row & string, versions?: number[]): Promise<Versioned<Row>> {
    return this.#change(`toggle ${column}`, key, versions, {}, () => ({ [column]: raw('not ??', column) }));
  }

  /** @throws Problem 404, or 412 when the row is at another version. */
  async remove(key: RowKey, versions?: number[]): Promise<void> {
    const shape = `remove ${at(key, versions)}`;
    const removed = await this.#run(shape, { ...key, [atVersions]: versions }, (rows) =>
      narrowed(rows, key, versions).delete().returning('id').toKnexQuery(),
    );
    if (removed.length === 0) await this.#refused(key);
  }

  async #change(what: string, key: RowKey, versions: number[] | undefined, values: Values, changes: () => object) {
    const [changed] = await this.#run(
      `${what} ${at(key, versions)}`,
      { ...values, ...key, [atVersions]: versions },
      (rows) =>
        narrowed(rows, key, versions)
          .patch({ ...changes(), ...moved } as object)
          .returning(this.#versioned())
          .toKnexQuery(),
    );
    return withVersion<Row>(changed ?? (await this.#refused(key)));
  }

  /** Why a change met no row: there is none, or it is at another version. */
  async #refused(key: RowKey): Promise<never> {
    await this.find(key);
    throw new Problem('PreconditionFailed', 'It is at no version that If-Match names. A weak tag (W/) names none.');
  }

  /** No rows are within what is not there, but none need be within what is. */
  async #parentsAreThere(): Promise<void> {
    const { owner, parents } = this.#model;
    for (const [column, table] of Object.entries<string>(parents)) {
      const found = await this.#run(`parent by ${column}`, {}, () =>
        this.#access
          .db(table)
          .select('id')
          .where({ [owner]: placeholder(owner), id: placeholder(column) }),
      );
      if (found.length === 0) throw notFound();
    }
  }

  async #linesOf({ limit, offset }: PageQuery, { sort, column, cursor, filter }: Wanted): Promise<Lines> {
    const { columns, operation, db } = this.#access;
    const from = cursor === undefined ? (offset > 0 ? 'offset' : 'start') : 'cursor';
    const shape = `page ${sort.column} ${sort.order} ${from} ${filter.shape}`;
    const values = { ...filter.values, ...(cursor && cursorValues(sort, column, cursor)), limit: limit + 1, offset };
    const compose = (rows: Rows) => {
      filter.narrow(rows);
      orderBy(rows, sort, column);
      if (cursor !== undefined) afterCursor(rows, sort, column);
      if (from === 'offset') skip(rows);
      const wanted = rows.select(Object.keys(columns)).toKnexQuery();
      const { longest } = operation.listing;
      // The planner cannot see a limit that comes as a value. The longest page tells it that an index in order is best.
      if (from !== 'offset' && longest !== undefined) wanted.limit(longest + 1, { skipBinding: true });
      return db.raw(asLines(columns), [wanted, placeholder('limit')]);
    };
    const [page] = await this.#run(shape, values, compose, filter.planned && from !== 'offset');
    return page as unknown as Lines; // what `asLines` asks for
  }

  async #count(filter: Filter): Promise<number> {
    const shape = `count ${filter.shape}`;
    const compose = (rows: Rows) => {
      filter.narrow(rows);
      return rows.count('* as total').toKnexQuery();
    };
    const [row] = await this.#run(shape, filter.values, compose, filter.planned);
    return Number(row?.['total']);
  }

  /** Runs the statement of a shape with these values, bound to the owner whatever they say. */
  async #run(shape: string, values: Values, compose: (rows: Rows) => Composed, planned = true) {
    const { db, statements, operation, inTurn } = this.#access;
    const composed = () => compose(this.#all().where(placeholders(this.#bound)) as Rows);
    const { tableName, schema } = this.#model;
    // Which columns there are is a matter of the schema, and what a filter means of the operation.
    const whole = `${tableName} as ${schema} of ${Object.keys(this.#bound)} ${shape}`;
    const statement = statements.of(operation.id, whole, composed, planned);
    const send = () => run(db, statement, { ...values, ...this.#bound });
    try {
      return await (planned ? send() : inTurn(send));
    } catch (error) {
      throw constraintProblem(error, tableName, this.#bound);
    }
  }

  #all() {
    return this.#model.query(this.#access.db);
  }

  #versioned(): string[] {
    return [...Object.keys(this.#access.columns), 'version'];
  }
}

interface Wanted {
  sort: Sort;
  column: Column;
  cursor: Cursor | undefined;
  filter: Filter;
}

/** The placeholder of the versions: no column is called so. */
const atVersions = 'at versions';

/** Every change moves these: `updated_at` to later than before, also within the same millisecond. */
const moved = {
  version: raw('version + 1'),
  updated_at: raw(`greatest(now(), updated_at + interval '1 millisecond')`),
};

/** Leaves out what comes before the offset: an index names those rows, and only those of the page are read. */
function skip(rows: Rows): void {
  const ids = rows.clone().select('id').toKnexQuery();
  rows.whereRaw('id in (? limit ? offset ?)', [ids, placeholder('limit'), placeholder('offset')]);
}

function at(key: RowKey, versions: number[] | undefined): string {
  return `by ${Object.keys(key)}${versions === undefined ? '' : ' at versions'}`;
}

function narrowed(rows: Rows, key: RowKey, versions: number[] | undefined): Rows {
  rows.where(placeholders(key));
  return versions === undefined ? rows : rows.whereRaw('version = any(?)', [placeholder(atVersions)]);
}

/** @throws Problem 404 when there is no row. */
function required(row: Values | undefined): Values {
  if (row === undefined) throw notFound();
  return row;
}

/** The names of values: in whatever order a caller writes them, it is the same statement. */
function namesIn(values: object): string[] {
  return Object.keys(values).sort();
}

/** A placeholder for each value, by the same name. */
function placeholders(values: object): Record<string, string> {
  return placeholdersOf(Object.keys(values));
}

function placeholdersOf(names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, placeholder(name)]));
}

function withVersion<Row>({ version, ...row }: Values): Versioned<Row> {
  // The columns of the schema that Row was made from, and the version beside them.
  return { row: row as Row, version: version as number };
}
