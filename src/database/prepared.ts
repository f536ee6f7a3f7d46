// A named statement on a connection of pg's: described once, and from then on only bound and executed.
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
  bind(message: { statement: string; values: unknown[] }): void;
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

/** Runs the statement and gives back its rows. */
export function runNamed(client: pg.Client, statement: NamedStatement): Promise<NamedValues[]> {
  return new Promise((resolve, reject) => {
    client.query(new Execution(statement, (error, rows) => (error ? reject(error) : resolve(rows))));
  });
}

/**
 * One execution, as pg wants it of cursors and the like. pg's own asks PostgreSQL for the description of the rows each time and
 * reads it each time: a seventh of what a `get` costs.
 */
class Execution implements pg.Submittable {
  // pg reads these three, and replaces the callback to bound the wait.
  readonly name: string;
  readonly text: string;
  callback: (error: unknown, rows: NamedValues[]) => void;

  readonly #values: unknown[];
  readonly #rows: NamedValues[] = [];
  #known: Map<string, Columns> | undefined;
  #columns: Columns | undefined;
  #failure: unknown;

  constructor({ name, text, values }: NamedStatement, callback: Execution['callback']) {
    this.name = name;
    this.text = text;
    this.callback = callback;
    this.#values = values.map(prepareValue);
  }

  /** PostgreSQL, "Extended Query" of the message flow; in one piece. */
  submit(connection: pg.Connection): void {
    const { name, text } = this;
    const messenger = connection as unknown as Messenger;
    this.#known = describedOn(messenger);
    this.#columns = this.#known.get(name);
    messenger.stream.cork();
    if (!(name in messenger.parsedStatements)) messenger.parse({ name, text });
    messenger.bind({ statement: name, values: this.#values });
    if (this.#columns === undefined) messenger.describe({ type: 'P', name: '' });
    messenger.execute();
    messenger.sync();
    messenger.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, parse: types.getTypeParser(dataTypeID) }));
    this.#known?.set(this.name, this.#columns);
  }

  /** What is thrown here would end the process. */
  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    try {
      this.#rows.push(this.#read(fields));
    } catch (error) {
      this.#failure = error;
    }
  }

  #read(fields: (string | null)[]): NamedValues {
    const row: Record<string, unknown> = {};
    this.#columns?.forEach(({ name, parse }, i) => {
      const field = fields[i] ?? null;
      row[name] = field === null ? null : parse(field);
    });
    return row;
  }

  handleCommandComplete(): void {}

  handleEmptyQuery(): void {}

  handleError(error: unknown): void {
    this.callback(error, []);
  }

  handleReadyForQuery(): void {
    this.callback(this.#failure, this.#rows);
  }
}
