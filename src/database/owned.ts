// The rows of one table that belong to one owner: what may be done with them.
import { raw } from 'objection';
import { Problem } from '../problem.ts';
import { type Binding, BoundTable, namesIn, placeholders, placeholdersOf, type RowKey } from './bound-table.ts';
import { notFound, removalProblem } from './constraint-problems.ts';
import type { Rows } from './filters.ts';
import type { StoredModel } from './models.ts';
import { type Page, type PageQuery, readPage } from './page.ts';
import { type NamedValues, placeholder } from './statements.ts';

/** A row, and what its `ETag` is made of: its version and that of its schema, as `2.x7Kd0a`. */
export interface Versioned<Row> {
  row: Row;
  version: string;
}

/** New values by column. */
type Changes<Row> = { [Name in keyof Row]?: Row[Name] };

/** What may be done with rows that belong to nobody. */
export type SharedRows<Row extends object> = Pick<OwnedRows<Row>, 'find' | 'page'>;

export class OwnedRows<Row extends object> {
  readonly #table: BoundTable;

  constructor(model: typeof StoredModel, binding: Binding) {
    this.#table = new BoundTable(model, binding);
  }

  /** @throws Problem 404 when the owner has no such row, whether or not somebody else has. */
  async find(key: RowKey): Promise<Versioned<Row>> {
    const compose = (rows: Rows) => rows.where(placeholders('key', key)).select(this.#selected()).toKnexQuery();
    const [found] = await this.#table.run(`find by ${Object.keys(key)}`, { key }, compose, 'together');
    return this.#versioned(required(found));
  }

  /**
   * One page of the rows, and where the next one begins.
   * @throws Problem 400 when the cursor was not made here for this order, 404 when there is nothing that the rows are within.
   */
  page(query: PageQuery): Promise<Page<Row>> {
    return readPage(this.#table, query);
  }

  async create(values: Changes<Row>): Promise<Versioned<Row>> {
    const [created] = await this.#table.binding.knowingOwner(() => this.#table.insert(values, () => this.#selected()));
    return this.#versioned(required(created));
  }

  /**
   * Changes the row in one statement. With `versions`, only if it is at one of them.
   * @throws Problem 404, or 412 when the row is at another version.
   */
  update(key: RowKey, changes: Changes<Row>, versions?: number[]): Promise<Versioned<Row>> {
    const names = namesIn(changes);
    return this.#change(`update ${names}`, key, versions, changes, () => placeholdersOf('set', names));
  }

  /** Turns a truth value of the row into its opposite, in one statement. @throws Problem as `update` does. */
  toggle(key: RowKey, column: keyof Row & string, versions?: number[]): Promise<Versioned<Row>> {
    return this.#change(`toggle ${column}`, key, versions, {}, () => ({ [column]: raw('not ??', column) }));
  }

  /** @throws Problem 404, 412 when the row is at another version, or 409 when a row of others refers to it and stays. */
  async remove(key: RowKey, versions?: number[]): Promise<void> {
    const shape = `remove ${at(key, versions)}`;
    const removal = this.#table.run(shape, { key, versions: { versions } }, (rows) =>
      narrowed(rows, key, versions).delete().returning('id').toKnexQuery(),
    );
    const removed = await removal.catch((error) => {
      throw removalProblem(error);
    });
    if (removed.length === 0) await this.#refused(key);
  }

  async #change(what: string, key: RowKey, versions: number[] | undefined, set: NamedValues, changes: () => object) {
    const shape = `${what} ${at(key, versions)}`;
    const [changed] = await this.#table.write(shape, { set, key, versions: { versions } }, (rows) =>
      narrowed(rows, key, versions)
        .patch({ ...changes(), ...moved } as object)
        .returning(this.#selected())
        .toKnexQuery(),
    );
    return this.#versioned(changed ?? (await this.#refused(key)));
  }

  /** Why a change met no row: there is none, or it is at another version. */
  async #refused(key: RowKey): Promise<never> {
    await this.find(key);
    throw new Problem('PreconditionFailed', 'It is at no version that If-Match names. A weak tag (W/) names none.');
  }

  #selected(): string[] {
    return [...Object.keys(this.#table.binding.columns), 'version'];
  }

  #versioned({ version, ...row }: NamedValues): Versioned<Row> {
    // The columns of the schema that Row was made from, and the version beside them.
    return { row: row as Row, version: `${version}.${this.#table.binding.revision}` };
  }
}

/** Every change moves these: `updated_at` to later than before, also within the same millisecond. */
const moved = {
  version: raw('version + 1'),
  updated_at: raw(`greatest(now(), updated_at + interval '1 millisecond')`),
};

function at(key: RowKey, versions: number[] | undefined): string {
  return `by ${Object.keys(key)}${versions === undefined ? '' : ' at versions'}`;
}

function narrowed(rows: Rows, key: RowKey, versions: number[] | undefined): Rows {
  rows.where(placeholders('key', key));
  return versions === undefined ? rows : rows.whereRaw('version = any(?)', [placeholder('versions', 'versions')]);
}

/** @throws Problem 404 when there is no row. */
function required(row: NamedValues | undefined): NamedValues {
  if (row === undefined) throw notFound();
  return row;
}
