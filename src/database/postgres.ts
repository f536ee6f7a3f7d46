// PostgreSQL through pg: any server from version 14 on, pooled and scale-to-zero endpoints included.
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import knex, { type Knex } from 'knex';
import type pg from 'pg';
import { abandon } from './abandon.ts';
import { isUnanswered, isUnavailable, isUnusableName, withoutConnection } from './errors.ts';
import { isPrepared, runNamed, types } from './prepared.ts';
import { ReadBatches } from './read-batches.ts';
import { type NamedValues, unwatched, type Watch } from './statements.ts';

export interface PostgresOptions {
  url: string;
  poolMax: number;
  /** How long a statement may take, in milliseconds; 0 is for ever. */
  statementTimeout?: number;
  /** How long it may take to get a connection, in milliseconds. */
  connectionTimeout?: number;
  /** Around each statement, those of Knex itself included. */
  watch?: Watch | undefined;
}

/** A connection of Knex's pool. */
interface Connection extends pg.Client {
  /** Marked by this, it is not used again. */
  __knex__disposed?: unknown;
  /** Whether statements are sent to it without their names. */
  nameless?: boolean;
  /** What it waited for has been given up; it may end when this resolves. */
  abandoned?: Promise<void>;
}

interface Query {
  sql: string;
  bindings: readonly unknown[];
  /** What pg gets beside the text and the values. */
  options?: { name?: string };
}

/** A query of Knex's after it was sent. */
interface Answered {
  response: { rows: NamedValues[] };
}

// Knex's own dialect, which has no types; this is what is used of it.
const Dialect = createRequire(import.meta.url)('knex/lib/dialects/postgres/index.js') as new (
  config: Knex.Config,
) => {
  config: { watch?: Watch };
  _query(connection: Connection, query: Query): Promise<Answered>;
  acquireConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): Promise<void>;
  acquireRawConnection(): Promise<Connection>;
  destroyRawConnection(connection: Connection): Promise<void>;
};

/**
 * pg gives up on a statement and leaves its connection waiting for the answer: the next statement, were it the rollback, would
 * wait behind it. A connection that has failed once is used no more.
 *
 * Behind a pooler, a name may have been given on another connection to the database than the one that is met now, or by the
 * build before; and a later build may have changed what a statement gives and takes. A named statement that fails so has done
 * nothing, and is sent again without its name. When that does better, the connection has no more use for names.
 */
class PostgresClient extends Dialect {
  /** Knex makes the client of a transaction without its constructor: there are no batches there, and no methods with a `#`. */
  readonly batches = new ReadBatches<Connection, Query, NamedValues[]>({
    acquire: () => this.acquireConnection(),
    send: (connection, queries) => this.sendReads(connection, queries),
    release: (connection) => this.releaseConnection(connection),
  });

  /** Runs a named statement that reads, in a batch, and gives back its rows. Not for transactions. What is watched has the wait in it. */
  read(query: Query): Promise<NamedValues[]> {
    const { watch = unwatched } = this.config;
    return watch(query.sql, () => this.batches.read(query));
  }

  override _query(connection: Connection, query: Query): Promise<Answered> {
    const { watch = unwatched } = this.config; // on a transaction it is the same
    return watch(query.sql, () => this.send(connection, query));
  }

  private async send(connection: Connection, query: Query): Promise<Answered> {
    if (connection.__knex__disposed) throw new Error('Connection terminated', { cause: connection.__knex__disposed });
    const { options: { name, ...options } = {} } = query;
    if (name === undefined || connection.nameless) {
      return super._query(connection, { ...query, options }).catch((error) => givenUp(connection, error));
    }
    try {
      const [rows = []] = await runNamed(connection, [named(query, name)]);
      return { response: { rows } };
    } catch (error) {
      if (!isUnusableName(error)) return givenUp(connection, error);
      const answer = await this.send(connection, { ...query, options });
      connection.nameless = true;
      return answer;
    }
  }

  /**
   * Where one of them fails, each is sent again by itself: to read twice does no harm. But when the database is away or does not
   * answer in time, that is so for all. What the connection does not know yet is sent by itself, too.
   */
  private async sendReads(connection: Connection, queries: Query[]): Promise<PromiseSettledResult<NamedValues[]>[]> {
    const statements = queries.map((query) => named(query, connection.nameless ? '' : query.options?.name));
    const isReady = statements.every(({ name }) => name === '' || isPrepared(connection, name));
    if (queries.length > 1 && isReady && !connection.__knex__disposed) {
      try {
        const answers = await runNamed(connection, statements);
        return answers.map((value) => ({ status: 'fulfilled', value }));
      } catch (error) {
        if (isUnavailable(error)) return givenUp(connection, error);
      }
    }
    const results: PromiseSettledResult<NamedValues[]>[] = [];
    for (const query of queries) {
      const [result] = await Promise.allSettled([this.send(connection, query).then(({ response }) => response.rows)]);
      results.push(result);
    }
    return results;
  }

  override async acquireRawConnection(): Promise<Connection> {
    try {
      return await super.acquireRawConnection();
    } catch (error) {
      throw withoutConnection(error);
    }
  }

  override async destroyRawConnection(connection: Connection): Promise<void> {
    await connection.abandoned;
    return super.destroyRawConnection(connection);
  }
}

function named({ sql: text, bindings: values }: Query, name = '') {
  return { name, text, values };
}

/** @throws what it is given. A connection whose statement failed because the database is away is not used again. */
function givenUp(connection: Connection, error: unknown): never {
  if (isUnavailable(error)) connection.__knex__disposed = error;
  if (isUnanswered(error)) connection.abandoned = abandon(connection);
  throw error;
}

/** Opens a pool. Nothing is connected before the first statement. */
export function openPostgres(options: PostgresOptions): Knex {
  return knex.knex(postgresConfig(options));
}

/** What Knex makes a pool of. */
export function postgresConfig(options: PostgresOptions): Knex.Config {
  const { url, poolMax, statementTimeout = 10_000, connectionTimeout = 5_000, watch } = options;
  return {
    client: PostgresClient as never,
    ...({ watch } as object), // for the client above, not for Knex
    compileSqlOnError: false, // the values of a statement are its owner's, and none of the log's business
    pool: { min: 0, max: poolMax },
    acquireConnectionTimeout: connectionTimeout,
    log: { warn: () => {}, error: () => {} }, // what it would print to stdout, it throws as well
    connection: {
      connectionString: explicitTls(url),
      connectionTimeoutMillis: connectionTimeout,
      query_timeout: statementTimeout,
      keepAlive: true,
      types,
      // pg would first find out whether it runs at Cloudflare's, for which Node 20 loads all of its fetch.
      stream: () => new Socket(),
    } as Knex.PgConnectionConfig,
  };
}

/**
 * pg takes `sslmode=require` for `verify-full` and warns that this will change one day; saying `verify-full` keeps the
 * certificate checked, without the warning.
 */
function explicitTls(url: string): string {
  return url.includes('uselibpqcompat')
    ? url
    : url.replace(/([?&]sslmode=)(require|prefer|verify-ca)(?=&|$)/, '$1verify-full');
}
