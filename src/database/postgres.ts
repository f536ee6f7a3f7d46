// PostgreSQL through pg: any server from version 14 on, pooled and scale-to-zero endpoints included.
import { createRequire } from 'node:module';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import { isUnavailable } from './errors.ts';
import { parsers } from './types.ts';

export interface PostgresOptions {
  url: string;
  poolMax: number;
  /** How long a statement may take, in milliseconds; 0 is for ever. */
  statementTimeout?: number;
}

/** A connection of Knex's pool. One that is marked is not used again. */
interface Connection {
  __knex__disposed?: unknown;
  end(): Promise<void>;
}

// Knex's own dialect, which has no types; this is what is used of it.
const Dialect = createRequire(import.meta.url)('knex/lib/dialects/postgres/index.js') as new (
  config: Knex.Config,
) => { _query(connection: Connection, query: object): Promise<unknown> };

/**
 * pg gives up on a statement and leaves its connection waiting for the answer: the next statement would wait behind it. A
 * connection that has failed once is not given back to the pool as a good one.
 */
class PostgresClient extends Dialect {
  override async _query(connection: Connection, query: object): Promise<unknown> {
    try {
      return await super._query(connection, query);
    } catch (error) {
      if (isUnavailable(error)) connection.__knex__disposed = error;
      throw error;
    }
  }
}

/** Opens a pool. Nothing is connected before the first statement. */
export function openPostgres({ url, poolMax, statementTimeout = 10_000 }: PostgresOptions): Knex {
  return knex.knex({
    client: PostgresClient as never,
    pool: { min: 0, max: poolMax },
    acquireConnectionTimeout: 5_000,
    log: { warn: () => {}, error: () => {} }, // what it would print to stdout, it throws as well
    connection: {
      connectionString: explicitTls(url),
      connectionTimeoutMillis: 5_000,
      query_timeout: statementTimeout,
      keepAlive: true,
      types: { getTypeParser: (oid: number) => parsers[oid] ?? pg.types.getTypeParser(oid) },
    } as Knex.PgConnectionConfig,
  });
}

/**
 * pg takes `sslmode=require` for `verify-full` and warns that this will change one day; saying `verify-full` keeps the
 * certificate checked, without the warning.
 */
export function explicitTls(url: string): string {
  return url.includes('uselibpqcompat')
    ? url
    : url.replace(/([?&]sslmode=)(require|prefer|verify-ca)(?=&|$)/, '$1verify-full');
}
