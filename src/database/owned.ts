// The rows of one table that belong to one owner: every statement made here is bound to that owner.
import type { Knex } from 'knex';
import { Model, type QueryBuilder, raw } from 'objection';
import type { Column } from '../contract/contract.ts';
import type { components } from '../generated/server.ts';
import { Problem } from '../http/problem.ts';
import { type Cursor, follow, orderBy, readCursor, type Sort, writeCursor } from './keyset.ts';

type Schemas = components['schemas'];

/** A table whose rows belong to users. What a row looks like is the contract's business. */
export class OwnedModel extends Model {
  /** The name of the row's schema in the contract. */
  static schema: keyof Schemas;
  /** The column that holds the owner's user id. */
  static owner = 'user_id';
  declare id: number;
  declare version: number;
}

/** The class of an owned model whose rows have the schema `Name`. */
export type OwnedModelClass<Name extends keyof Schemas> = typeof OwnedModel & { schema: Name };

/** A row and the version that its `ETag` is made of. */
export interface Versioned<Row> {
  row: Row;
  version: number;
}

export interface Page<Row> {
  rows: Row[];
  /** The cursor of the next page, if there is one. */
  next: string | undefined;
  /** How many rows match on all pages, if that was asked for. */
  total: number | undefined;
}

/** The parameters that every list of the contract has. */
export interface PageQuery {
  limit: number;
  offset: number;
  cursor?: string;
  count: 'none' | 'exact';
}

export interface PageOptions {
  sort: Sort;
  /** Narrows the rows. Whatever it says stays within the owner's. */
  filter: (rows: QueryBuilder<OwnedModel>) => void;
}

/** What names a row: its id, and its parent's if it has one. */
export type RowKey = Readonly<Record<string, string | number>>;

/** New values by column, or an expression to compute one from the row itself. */
type Changes<Row> = { [Name in keyof Row]?: Row[Name] | ReturnType<typeof raw> };

/** Does a write, and again if it failed because its owner was not in `users` yet; see `Scope`. */
type KnowingOwner = <Result>(write: () => PromiseLike<Result>) => Promise<Result>;

export class OwnedRows<Row extends object> {
  readonly #model: typeof OwnedModel;
  readonly #db: Knex;
  readonly #owner: string;
  readonly #columns: Record<string, Column>;
  readonly #knowingOwner: KnowingOwner;

  constructor(
    model: typeof OwnedModel,
    db: Knex,
    owner: string,
    columns: Record<string, Column>,
    knowingOwner: KnowingOwner,
  ) {
    this.#model = model;
    this.#db = db;
    this.#owner = owner;
    this.#columns = columns;
    this.#knowingOwner = knowingOwner;
  }

  /** @throws Problem 404 when the owner has no such row, whether or not somebody else has. */
  async find(key: RowKey): Promise<Versioned<Row>> {
    const found = await this.#rows().where(key).select(this.#selection()).first();
    return this.#versioned(found ?? notFound());
  }

  /**
   * One page of the rows; one row more is read to see whether there is another page.
   * @throws Problem 400 when the cursor was not made here for this order.
   */
  async page(query: PageQuery, { sort, filter }: PageOptions): Promise<Page<Row>> {
    const column = this.#columns[sort.column];
    if (column === undefined) throw new Error(`${this.#model.tableName} has no column ${sort.column} to sort by`);
    const matching = this.#rows().where((rows) => filter(rows as QueryBuilder<OwnedModel>));
    const wanted = matching
      .clone()
      .select(this.#selection())
      .limit(query.limit + 1);
    orderBy(wanted, sort, column);
    if (query.cursor === undefined) wanted.offset(query.offset);
    else follow(wanted, sort, column, readCursor(sort, column, query.cursor));
    const found = (await wanted).map((model) => this.#versioned(model).row);
    return {
      rows: found.slice(0, query.limit),
      next: found.length > query.limit ? writeCursor(sort, positionOf(found[query.limit - 1], sort)) : undefined,
      total: query.count === 'exact' ? await matching.resultSize() : undefined,
    };
  }

  async create(values: object): Promise<Versioned<Row>> {
    const row = { ...values, [this.#model.owner]: this.#owner };
    const insert = () => this.#model.query(this.#db).insert(row).returning(this.#selection());
    return this.#versioned(await this.#knowingOwner(insert));
  }

  /**
   * Changes the row in one statement. With `versions`, only if it is at one of them.
   * @throws Problem 404, or 412 when the row is at another version.
   */
  async update(key: RowKey, changes: Changes<Row>, versions?: number[]): Promise<Versioned<Row>> {
    const [updated] = await this.#at(key, versions)
      .patch({
        ...changes,
        version: raw('version + 1'),
        // Later than before, also within the same millisecond.
        updated_at: raw(`greatest(now(), updated_at + interval '1 millisecond')`),
      } as object)
      .returning(this.#selection());
    return this.#versioned(updated ?? (await this.#refused(key)));
  }

  /** @throws Problem 404, or 412 when the row is at another version. */
  async remove(key: RowKey, versions?: number[]): Promise<void> {
    const removed = await this.#at(key, versions).delete();
    if (removed === 0) await this.#refused(key);
  }

  #rows() {
    return this.#model.query(this.#db).where(`${this.#model.tableName}.${this.#model.owner}`, this.#owner);
  }

  #at(key: RowKey, versions: number[] | undefined) {
    const rows = this.#rows().where(key);
    return versions === undefined ? rows : rows.whereIn('version', versions);
  }

  /** Why a change met no row: there is none, or it is at another version. */
  async #refused(key: RowKey): Promise<never> {
    await this.find(key);
    throw new Problem('PreconditionFailed', 'It has changed since the version that If-Match names.');
  }

  #selection(): string[] {
    return [...Object.keys(this.#columns), 'version'];
  }

  #versioned(model: OwnedModel): Versioned<Row> {
    const { version, ...stored } = model.$toJson() as Record<string, unknown>;
    const row = Object.fromEntries(Object.keys(this.#columns).map((name) => [name, stored[name]]));
    // The properties of the very schema that Row was made from.
    return { row: row as Row, version: Number(version) };
  }
}

function positionOf(row: object | undefined, { column }: Sort): Cursor {
  // Every owned row has an id, and the column to sort by is one of its columns.
  const { id, [column]: value } = row as Record<string, Cursor['value']> & { id: number };
  return { value: value ?? null, id };
}

function notFound(): never {
  throw new Problem('NotFound', 'There is nothing at this address.');
}
