// The states that a server can be in when a front end meets it: one real server in each.
import type { Knex } from 'knex';
import { pino } from 'pino';
import { afterAll } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { loadContract } from '../../src/contract/contract.ts';
import { resourcesOf } from '../../src/contract/resources/resources.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { start } from '../../src/server.ts';
import { secret, startApi } from '../support/api.ts';
import { seedShared } from '../support/items.ts';

export type Condition = 'healthy' | 'strict' | 'limited' | 'broken' | 'unreachable';

/** Where the contract is served under each condition. */
export type Addresses = Record<Condition, string>;

export async function startServers(): Promise<Addresses> {
  const [healthy, strict, limited, broken, unreachable] = await Promise.all([
    startHealthy(),
    startStrict(),
    startUnreachable({ RATE_LIMIT_PER_MINUTE: '1' }),
    startBroken(),
    startUnreachable(),
  ]);
  return { healthy, strict, limited, broken, unreachable };
}

/** With a row in each table that belongs to nobody: the first, so its id is 1. */
async function startHealthy(): Promise<string> {
  const { url, database } = await startApi();
  await seedShared(database.db, loadContract());
  return url;
}

/** In production, with the metrics elsewhere, and no room for a body. */
async function startStrict(): Promise<string> {
  const { url } = await startApi({
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    DATABASE_URL: 'postgres://is-replaced',
    METRICS_PORT: '0',
    BODY_LIMIT: '1B',
  });
  return url;
}

/** A fault that nobody foresaw: the tables of the resources are gone. And whatever has a key is kept waiting by it. */
async function startBroken(): Promise<string> {
  const { url, database } = await startApi();
  for (const { table } of resourcesOf(loadContract().document).resources) {
    await database.db.raw('drop table ?? cascade', [table]);
  }
  await keysInUse(database.db);
  return url;
}

/**
 * Lets the database say what it says while another replica holds the lock of a key. The embedded database has one
 * connection only, and a lock never keeps out the one that holds it.
 */
async function keysInUse(db: Knex): Promise<void> {
  await db.raw('create schema in_use');
  await db.raw(
    `create function in_use.pg_try_advisory_xact_lock(bigint) returns boolean language sql as 'select false'`,
  );
  const path = 'in_use, pg_catalog, public';
  await db.raw(`do $$ begin execute format('alter database %I set search_path = ${path}', current_database()); end $$`);
  await db.raw(`set search_path = ${path}`); // for the connection that there is; the line above is for new ones
}

async function startUnreachable(settings: Record<string, string> = {}): Promise<string> {
  const db = openPostgres({ url: 'postgres://127.0.0.1:1/nothing-listens-here', poolMax: 2 });
  const config = readConfig({ NODE_ENV: 'test', PORT: '0', BETTER_AUTH_SECRET: secret, ...settings });
  const database = { db, close: () => db.destroy() };
  const server = await start(config, { database, log: pino({ level: 'silent' }) });
  afterAll(server.stop);
  return server.url;
}
