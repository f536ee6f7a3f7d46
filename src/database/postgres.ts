// PostgreSQL through pg: any server from version 14 on, pooled and scale-to-zero endpoints included.
import knex, { type Knex } from 'knex';
import pg from 'pg';
import { parsers } from './types.ts';

export interface PostgresOptions {
  url: string;
  poolMax: number;
}

/** Opens a pool. Nothing is connected before the first statement. */
export function openPostgres({ url, poolMax }: PostgresOptions): Knex {
  return knex.knex({
    client: 'pg',
    pool: { min: 0, max: poolMax },
    acquireConnectionTimeout: 5_000,
    log: { warn: () => {}, error: () => {} }, // what it would print to stdout, it throws as well
    connection: {
      connectionString: explicitTls(url),
      connectionTimeoutMillis: 5_000,
      query_timeout: 15_000,
      keepAlive: true,
      types: { getTypeParser: (oid: number) => parsers[oid] ?? pg.types.getTypeParser(oid) },
    } as Knex.PgConnectionConfig,
  });
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
