// PostgreSQL through pg: any server from version 14 on, pooled and scale-to-zero endpoints included.
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import knex, { type Knex } from 'knex';
import type pg from 'pg';
import { abandon } from './abandon.ts';
import { isUnanswered, isUnavailable, isUnusableName, withoutConnection } from './errors.ts';
import { runNamed, types } from './prepared.ts';
import { unwatched, type Watch } from './statements.ts';

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

// Knex's own dialect, which has no types; this is what is used of it.
const Dialect = createRequire(import.meta.url)('knex/lib/dialects/postgres/index.js') as new (
  config: Knex.Config,
) => {
  config: { watch?: Watch };
  _query(connection: Connection, query: Query): Promise<unknown>;
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
  override async _query(connection: Connection, query: Query): Promise<unknown> {
    if (connection.__knex__disposed) throw new Error('Connection terminated', { cause: connection.__knex__disposed });
    const { watch = unwatched } = this.config; // on a transaction, where this is another client, it is the same
    const { sql: text, bindings: values, options: { name, ...options } = {} } = query;
    const send =
      name === undefined || connection.nameless
        ? () => super._query(connection, { ...query, options })
        : async () => ({ response: { rows: await runNamed(connection, { name, text, values }) } });
    try {
      return await watch(text, send);
    } catch (error) {
      if (name !== undefined && !connection.nameless && isUnusableName(error)) {
        const answer = await this._query(connection, { ...query, options });
        connection.nameless = true;
        return answer;
      }
      if (isUnavailable(error)) connection.__knex__disposed = error;
      if (isUnanswered(error)) connection.abandoned = abandon(connection);
      throw error;
    }
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
