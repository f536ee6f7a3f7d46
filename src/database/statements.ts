// Statements with placeholders: composed once for each shape, sent with other values each time.
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

/** Runs a statement, and sees how that goes. */
export type Watch = <Result>(sql: string, run: () => Promise<Result>) => Promise<Result>;

export const unwatched: Watch = (_sql, run) => run();

/** A composed statement. */
export interface Statement {
  sql: string;
  /** What PostgreSQL keeps its plan under, for as long as a connection lives; undefined: it is planned each time. */
  name: string | undefined;
  /** The value of each `$n`, or its placeholder. */
  bindings: unknown[];
}

/** What a value is there for. A row's key, what is changed about it and whose it is may be values of one column. */
export type Role = 'bound' | 'key' | 'versions' | 'set' | 'filter' | 'page';

/** Values by name: those of a row by its columns. */
export type NamedValues = Readonly<Record<string, unknown>>;

/** The values of a statement, by what they are there for. */
export type Values = { readonly [For in Role]?: NamedValues };

/** What composes a statement: a query builder of Knex, or of Objection as `toKnexQuery` gives it. */
export type Composed = { toSQL(): { toNative(): { sql: string; bindings: readonly unknown[] } } };

/**
 * PostgreSQL keeps the plans of named statements for each connection: callers must not be able to fill its memory. They choose
 * shapes (which fields are sent, which filters), so that no operation may take more than a fifth: it would be missing elsewhere.
 */
const mostNames = { all: 500, each: 100 };

/** Contracts have some dozens of shapes; only fields and parameters that combine freely have more. */
const mostShapes = { all: 2_000, each: 400 };

/** The statements of one contract, by operation and shape. */
export class Statements {
  readonly #operations = new Map<string, { composed: Map<string, Statement>; names: Set<string> }>();
  readonly #names = new Set<string>();
  #shapes = 0;

  /**
   * The statement of a shape; it is composed when it is asked for the first time. `planned`: whether one plan is good for
   * all values.
   */
  of(operation: string, shape: string, compose: () => Composed, planned = true): Statement {
    const { composed, names } = this.#operations.get(operation) ?? { composed: new Map(), names: new Set() };
    const known = composed.get(shape);
    if (known !== undefined) return known;
    const { sql, bindings } = compose().toSQL().toNative();
    const statement = {
      sql,
      bindings: bindings.map(toPlaceholder),
      name: planned ? this.#nameOf(sql, names) : undefined,
    };
    if (composed.size < mostShapes.each && this.#shapes < mostShapes.all) {
      composed.set(shape, statement);
      this.#shapes += 1;
    }
    this.#operations.set(operation, { composed, names });
    return statement;
  }

  /** The same for the same text everywhere: connections behind a pooler meet statements that other processes have named. */
  #nameOf(sql: string, names: Set<string>): string | undefined {
    const name = createHash('sha256').update(sql).digest('base64url').slice(0, 24);
    if (this.#names.size < mostNames.all && names.size < mostNames.each) {
      this.#names.add(name);
      names.add(name);
    }
    return this.#names.has(name) ? name : undefined;
  }
}

/** Stands for a value to come while a statement is composed. No value starts with NUL: PostgreSQL's texts cannot hold it. */
export function placeholder(role: Role, name: string): string {
  return `\0${role} ${name}`;
}

/**
 * Runs a statement on a connection of the pool, or on that of the transaction, and gives back its rows. In a transaction it has no
 * name: were the name of no use, there would be no second try. `together`: with other reads of the same moment, where the database
 * has a way to do so.
 */
export async function run(
  db: Knex,
  { sql, name, bindings }: Statement,
  values: Values,
  { together = false } = {},
): Promise<NamedValues[]> {
  if (db.isTransaction && (db as Knex.Transaction).isCompleted()) throw new Error('the transaction is over');
  const { client } = db;
  const filled = bindings.map((binding) =>
    binding instanceof Placeholder ? values[binding.role]?.[binding.name] : binding,
  );
  const query = { sql, bindings: filled, options: name === undefined || db.isTransaction ? {} : { name } };
  // What `client.query` does besides is to number the placeholders, which is done, and to print the query when it fails.
  if (client.listenerCount('query') > 0) client.emit('query', query);
  if (together && name !== undefined && client.batches !== undefined) return client.read(query);
  const connection = await client.acquireConnection();
  try {
    const { response } = await client._query(connection, query);
    return response.rows;
  } finally {
    client.releaseConnection(connection);
  }
}

function toPlaceholder(binding: unknown): unknown {
  const [, role, name = ''] = (typeof binding === 'string' && /^\0(\w+) (.*)$/s.exec(binding)) || [];
  return role === undefined ? binding : new Placeholder(role as Role, name); // as `placeholder` wrote it
}

class Placeholder {
  readonly role: Role;
  readonly name: string;

  constructor(role: Role, name: string) {
    this.role = role;
    this.name = name;
  }
}
