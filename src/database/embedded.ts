// The default database: PostgreSQL in this process (PGlite), kept in a folder or, for tests, in memory.
import { accessSync, chmodSync, constants, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import knex, { type Knex } from 'knex';
import PgliteClient from 'knex-pglite';
import { lockFolder } from './folder-lock.ts';
import { unwatched, type Watch } from './statements.ts';
import { parsers } from './types.ts';

interface Query {
  sql: string;
  method?: string;
  response: { affectedRows?: number };
}

// What Knex's types leave out of a dialect (knex/lib/dialects/postgres).
const Dialect = PgliteClient as unknown as new (
  config: Knex.Config,
) => {
  config: { watch?: Watch };
  _query(connection: unknown, query: Query): Promise<unknown>;
  processResponse(query: Query, runner: unknown): unknown;
};

/** Watches its statements. And knex-pglite calls a deletion `DEL`, where Knex looks for PostgreSQL's own `DELETE` to count the rows. */
class EmbeddedClient extends Dialect {
  override _query(connection: unknown, query: Query): Promise<unknown> {
    const { watch = unwatched } = this.config;
    return watch(query.sql, () => super._query(connection, query));
  }

  override processResponse(query: Query, runner: unknown): unknown {
    return query.method === 'del' ? query.response.affectedRows : super.processResponse(query, runner);
  }
}

/** Opens the folder, for this process alone. @throws Error naming the process that has it open. */
export async function openFolder(dataDir: string, watch?: Watch): Promise<{ db: Knex; close(): Promise<void> }> {
  const unlock = lockFolder(dataDir);
  process.once('exit', unlock);
  const giveBack = () => {
    unlock();
    process.off('exit', unlock);
  };
  const said: string[] = [];
  let opened = false;
  const onStderr = (line: string) => {
    if (!opened) said.push(line); // later lines have values of their owners in them
    return false;
  };
  try {
    const database = ownFolder(join(dataDir, 'database'));
    assertWhole(database);
    const db = await openPglite({ dataDir: database, onStderr }, watch);
    opened = true;
    return { db, close: () => db.destroy().finally(giveBack) };
  } catch (error) {
    giveBack();
    const why = lastWords(said);
    throw why === '' ? error : new Error(`its database cannot be opened: ${why}`, { cause: error });
  }
}

/** Why PostgreSQL gave up, from the lines of its log: PGlite throws no more than that it did. */
function lastWords(lines: string[]): string {
  return lines.flatMap((line) => /(?:^postgres|FATAL|PANIC|DETAIL): +(.*)/.exec(line)?.[1] ?? []).join(': ');
}

/**
 * A folder that nobody else may enter, also one that was there before: in it, PGlite lets everybody write every file.
 * @throws Error when it is not this user's to write to. PGlite would say so by a number.
 */
function ownFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  try {
    chmodSync(path, 0o700);
  } catch {
    // A file system may have no modes, and a folder may be of somebody else: neither is a reason not to open it.
  }
  accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  return path;
}

/**
 * Where PG_VERSION is missing, PGlite makes a database. PostgreSQL writes that file before any other of weight: a folder that lacks it
 * and has those has lost it. @throws Error before the rows in it are lost, too.
 */
function assertWhole(database: string): void {
  const has = (file: string) => existsSync(join(database, file));
  if (has('PG_VERSION') || !has('global/pg_control')) return;
  throw new Error(`${database} holds a database without its file PG_VERSION: bring that back from a backup`);
}

/** Opens a database as PGlite's options say: in memory without `dataDir`, a copy with `loadDataDir`. */
export async function openPglite(options: PGliteOptions, watch?: Watch): Promise<Knex> {
  return knexOf(await createPglite(options), watch);
}

/** The same without Knex around it: `knexOf`. */
export function createPglite(options: PGliteOptions): Promise<PGlite> {
  keepByteOrderMarks();
  return PGlite.create({ ...options, parsers, extensions: { btree_gin, pg_trgm } });
}

/** Whoever destroys it closes the database, too. */
export function knexOf(pglite: PGlite, watch?: Watch): Knex {
  return knex.knex({
    client: EmbeddedClient as never,
    ...({ watch } as object), // for the client above, not for Knex
    compileSqlOnError: false, // as in postgres.ts
    connection: { pglite } as object,
    // The single connection is waited for no longer than this: a statement outside the open transaction would hang for ever.
    acquireConnectionTimeout: 1_000,
    log: { warn: () => {}, error: () => {} }, // as in postgres.ts
  });
}

/**
 * PGlite makes a decoder for each answer, by the global name and with its defaults: it drops a U+FEFF at the start of a text.
 * There is no other way to tell it not to than to change that default.
 */
function keepByteOrderMarks(): void {
  const { TextDecoder } = globalThis;
  if (new TextDecoder().ignoreBOM) return; // changed already, by a database that was opened before
  globalThis.TextDecoder = class extends TextDecoder {
    constructor(...[label, options]: ConstructorParameters<typeof TextDecoder>) {
      super(label, { ignoreBOM: true, ...options });
    }
  };
}
