// Named statements on a connection of pg's: described once, and from then on only bound and executed, some at a time.
import { createRequire } from 'node:module';
import pg from 'pg';
import type { NamedValues } from './statements.ts';
import { parsers } from './types.ts';

interface NamedStatement {
  name: string;
  text: string;
  values: readonly unknown[];
}

// pg's own way to write a value for PostgreSQL, which its types leave out.
const { prepareValue } = createRequire(import.meta.url)('pg/lib/utils.js') as { prepareValue(value: unknown): unknown };

/** How pg and Deed read PostgreSQL's values. */
export const types = {
  getTypeParser: (oid: number): Parse => parsers[oid] ?? pg.types.getTypeParser(oid),
};

type Parse = (text: string) => unknown;

/** What the columns of a statement's rows are called, and how they are read. */
type Columns = { name: string; parse: Parse }[];

/** What pg's connection has and its types leave out. */
interface Messenger {
  stream: { cork(): void; uncork(): void };
  /** The texts of the statements that PostgreSQL knows on this connection, by name. */
  parsedStatements: Record<string, string>;
  parse(message: { name: string; text: string }): void;
  bind(message: { statement: string; values: readonly unknown[] }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(): void;
  sync(): void;
}

/** What was described on a connection, by the name of the statement: both live as long as it. */
const described = new WeakMap<Messenger, Map<string, Columns>>();

function describedOn(messenger: Messenger): Map<string, Columns> {
  const known = described.get(messenger);
  if (known !== undefined) return known;
  const none = new Map<string, Columns>();
  described.set(messenger, none);
  return none;
}

/** Whether PostgreSQL knows the statement of this name on the connection. */
export function isPrepared(client: pg.Client, name: string): boolean {
  const { connection } = client as unknown as { connection: Messenger };
  return name in connection.parsedStatements;
}

/**
 * Runs the statements, in one message, and gives back the rows of each. They are one transaction: what one of them does wrong, all
 * have done. Where there are several, each is prepared or has an empty name, under which it is forgotten at once: were one given a name
 * after another has failed, PgBouncer would believe that it has it, and PostgreSQL would not.
 */
export function runNamed(client: pg.Client, statements: NamedStatement[]): Promise<NamedValues[][]> {
  return new Promise((resolve, reject) => {
    client.query(new Execution(statements, (error, answers) => (error ? reject(error) : resolve(answers))));
  });
}

/**
 * An execution as pg wants it of cursors and the like. pg's own is of one statement, asks PostgreSQL for the description of its rows
 * each time and reads it each time: a seventh of what a `get` costs.
 */
class Execution implements pg.Submittable {
  /** pg replaces it to bound the wait. */
  callback: (error: unknown, answers: NamedValues[][]) => void;

  readonly #statements: NamedStatement[];
  /** The rows of each statement, as far as they have come. */
  readonly #answers: NamedValues[][] = [];
  #rows: NamedValues[] = [];
  #known = new Map<string, Columns>();
  #columns: Columns | undefined;
  #failure: unknown;

  constructor(statements: NamedStatement[], callback: Execution['callback']) {
    this.#statements = statements.map(({ name, text, values }) => ({ name, text, values: values.map(prepareValue) }));
    this.callback = callback;
  }

  /** pg reads it when PostgreSQL has parsed a statement, which is the one that is answered next. */
  get name(): string {
    return this.#current.name;
  }

  get text(): string {
    return this.#current.text;
  }

  get #current(): NamedStatement {
    return this.#statements[this.#answers.length] ?? { name: '', text: '', values: [] };
  }

  /** PostgreSQL, "Extended Query" of the message flow. */
  submit(connection: pg.Connection): void {
    const messenger = connection as unknown as Messenger;
    this.#known = describedOn(messenger);
    messenger.stream.cork();
    for (const { name, text, values } of this.#statements) {
      if (!(name in messenger.parsedStatements)) messenger.parse({ name, text });
      messenger.bind({ statement: name, values });
      if (!this.#known.has(name)) messenger.describe({ type: 'P', name: '' });
      messenger.execute();
    }
    messenger.sync();
    messenger.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, parse: types.getTypeParser(dataTypeID) }));
    if (this.name !== '') this.#known.set(this.name, this.#columns);
  }

  /** What is thrown here would end the process. */
  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    try {
      this.#columns ??= this.#known.get(this.name);
      this.#rows.push(read(fields, this.#columns ?? []));
    } catch (error) {
      this.#failure = error;
    }
  }

  handleCommandComplete(): void {
    this.#answers.push(this.#rows);
    this.#rows = [];
    this.#columns = undefined;
  }

  handleError(error: unknown): void {
    this.callback(error, []);
  }

  handleEmptyQuery(): void {}

  /** Were there an answer too few, nobody could say whose the others are. */
  handleReadyForQuery(): void {
    if (this.#answers.length !== this.#statements.length) {
      this.#failure ??= new Error(`${this.#statements.length} statements have ${this.#answers.length} answers`);
    }
    this.callback(this.#failure, this.#answers);
  }
}

function read(fields: (string | null)[], columns: Columns): NamedValues {
  const row: Record<string, unknown> = {};
  columns.forEach(({ name, parse }, i) => {
    const field = fields[i] ?? null;
    row[name] = field === null ? null : parse(field);
  });
  return row;
}
