// Reads that are asked for at the same time share a connection: one message to PostgreSQL, one wait, one message back.

/** As many reads as are sent together: each waits for the others, and more of them cost hardly less. See `Manner` in `bound-table.ts`. */
const most = 4;

/** What sends queries to the database. */
interface Sender<Connection, Query, Answer> {
  acquire(): Promise<Connection>;
  /** What came of each query, in their order. */
  send(connection: Connection, queries: Query[]): Promise<PromiseSettledResult<Answer>[]>;
  release(connection: Connection): void;
}

interface Read<Query, Answer> {
  query: Query;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export class ReadBatches<Connection, Query, Answer> {
  readonly #sender: Sender<Connection, Query, Answer>;
  /** The batch that further reads can join. */
  #open: Read<Query, Answer>[] | undefined;

  constructor(sender: Sender<Connection, Query, Answer>) {
    this.#sender = sender;
  }

  /** Sends the query with those that are asked for in this turn of the event loop, and until there is a connection. */
  read(query: Query): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const read = { query, resolve, reject };
      if (this.#open !== undefined && this.#open.length < most) this.#open.push(read);
      else this.#begin(read);
    });
  }

  #begin(...batch: Read<Query, Answer>[]): void {
    this.#open = batch;
    setImmediate(() => this.#send(batch));
  }

  async #send(batch: Read<Query, Answer>[]): Promise<void> {
    const waiting = batch.length;
    let connection: Connection;
    try {
      connection = await this.#sender.acquire().finally(() => this.#close(batch));
    } catch (error) {
      for (const { reject } of batch.splice(0, waiting)) reject(error);
      if (batch.length > 0) this.#begin(...batch); // they have not waited as long
      return;
    }
    try {
      const results = await this.#sender.send(
        connection,
        batch.map(({ query }) => query),
      );
      results.forEach((result, i) => {
        if (result.status === 'fulfilled') batch[i]?.resolve(result.value);
        else batch[i]?.reject(result.reason);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#sender.release(connection);
    }
  }

  #close(batch: Read<Query, Answer>[]): void {
    if (this.#open === batch) this.#open = undefined;
  }
}
