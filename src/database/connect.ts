// Opens the database that the settings name and brings its schema up to date.
import type { Knex } from 'knex';
import type { Config } from '../config.ts';
import { isUnavailable } from './errors.ts';
import { migrate, type Say } from './migrate.ts';
import { openPostgres, type PostgresOptions } from './postgres.ts';
import type { Watch } from './statements.ts';

/** An open database with the current schema. */
export interface Database {
  db: Knex;
  close(): Promise<void>;
}

/**
 * Those who wait for a request get their answer within 2 s (`http/deadline.ts`): what has been given up is not to go on, and the
 * first request after an outage is not to wait for an attempt to connect that was made during it.
 */
const forRequests = { statementTimeout: 1_500, connectionTimeout: 1_000 };

/** `say`: tells somebody that it takes a while. @throws Error in one line, when the database cannot be opened, reached or migrated. */
export function connect(config: Config['database'], watch?: Watch, say?: Say): Promise<Database> {
  return 'url' in config ? connectPostgres({ ...config, watch }, say) : connectFolder(config.dataDir, watch, say);
}

async function connectPostgres(options: PostgresOptions, say: Say | undefined): Promise<Database> {
  // Migrations, and waiting for those of another replica, may take longer than any request.
  const migrator = openPostgres({ ...options, poolMax: 2, statementTimeout: 0 });
  try {
    await assertSettings(migrator); // what is refused is left as it is
    await migrate(migrator, { concurrent: true, say });
  } catch (error) {
    throw new Error(`DATABASE_URL: ${complaint(error)}`, { cause: error });
  } finally {
    await migrator.destroy().catch(() => {}); // nothing needs it any more, and why a migration failed is to be said
  }
  const db = openPostgres({ ...options, ...forRequests });
  return { db, close: () => db.destroy() };
}

/** What the driver, the system and the server say when they fail. `path`: of a file that the address names. */
type Failure = Error & { code?: string; severity?: string; path?: string };

/** What the server says of itself stands for itself; what the system or the driver says comes to this. */
function complaint(error: unknown): string {
  const { message, code, name, severity, path } = error as Failure;
  if (severity !== undefined || !isUnavailable(error)) return message;
  // What Knex says when no connection was made in time speaks of a pool.
  const reason =
    name === 'KnexTimeoutError' ? 'no connection in time' : [code ?? message, path].filter(Boolean).join(' ');
  return `the database does not answer (${reason})`;
}

/** `types.ts` reads moments as PostgreSQL writes them by default, and a contract's texts are any. */
async function assertSettings(db: Knex): Promise<void> {
  const { rows } = await db.raw(
    `select current_setting('datestyle') as style, current_setting('server_encoding') as encoding`,
  );
  const { style, encoding } = rows[0];
  if (!String(style).startsWith('ISO'))
    throw new Error(`DateStyle is ${style} there, and must be ISO: alter role … set datestyle = 'ISO'`);
  if (encoding !== 'UTF8')
    throw new Error(`the encoding of the database is ${encoding}, and must be UTF8: create database … encoding 'UTF8'`);
}

async function connectFolder(dataDir: string, watch?: Watch, say?: Say): Promise<Database> {
  const { openFolder } = await import('./embedded.ts'); // a server on PostgreSQL does not wait for what it has no use for
  const database = await openFolder(dataDir, watch).catch((error: Error) => {
    const { message = 'its file system takes no database: is it full?' } = error; // PGlite's file system throws bare numbers
    throw message.startsWith('DATA_DIR') ? error : new Error(`DATA_DIR ${dataDir}: ${message}`, { cause: error });
  });
  try {
    await migrate(database.db, { concurrent: false, say });
    return database;
  } catch (error) {
    await database.close().catch(() => {}); // why it cannot be used is what somebody has to know
    throw error;
  }
}
