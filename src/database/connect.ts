// Opens the database that the settings name and brings its schema up to date.
import type { Knex } from 'knex';
import type { Config } from '../config.ts';
import { isUnavailable } from './errors.ts';
import { migrate } from './migrate.ts';
import { openPostgres, type PostgresOptions } from './postgres.ts';
import type { Watch } from './statements.ts';

/** An open database with the current schema. */
export interface Database {
  db: Knex;
  close(): Promise<void>;
}

/**
 * Those who wait for a request get their answer within 2 s (`http/prompt.ts`): what has been given up is not to go on, and the
 * first request after an outage is not to wait for an attempt to connect that was made during it.
 */
const forRequests = { statementTimeout: 1_500, connectionTimeout: 1_000 };

/** @throws Error in one line, when the database cannot be opened, reached or migrated. */
export function connect(config: Config['database'], watch?: Watch): Promise<Database> {
  return 'url' in config ? connectPostgres({ ...config, watch }) : connectFolder(config.dataDir, watch);
}

async function connectPostgres(options: PostgresOptions): Promise<Database> {
  // Migrations, and waiting for those of another replica, may take longer than any request.
  const migrator = openPostgres({ ...options, poolMax: 2, statementTimeout: 0 });
  try {
    await migrate(migrator, { concurrent: true });
    await assertDateStyle(migrator);
  } catch (error) {
    const { message, code, name } = error as { message: string; code?: string; name: string };
    // What Knex says when no connection was made in time speaks of a pool.
    const reason = name === 'KnexTimeoutError' ? 'no connection in time' : (code ?? message);
    const complaint = isUnavailable(error) ? `the database does not answer (${reason})` : message;
    throw new Error(`DATABASE_URL: ${complaint}`, { cause: error });
  } finally {
    await migrator.destroy();
  }
  const db = openPostgres({ ...options, ...forRequests });
  return { db, close: () => db.destroy() };
}

/** `types.ts` reads moments as PostgreSQL writes them by default. */
async function assertDateStyle(db: Knex): Promise<void> {
  const { rows } = await db.raw('show datestyle');
  const { DateStyle: style } = rows[0];
  if (String(style).startsWith('ISO')) return;
  throw new Error(`DateStyle is ${style} there, and must be ISO: alter role … set datestyle = 'ISO'`);
}

async function connectFolder(dataDir: string, watch: Watch | undefined): Promise<Database> {
  const { openFolder } = await import('./embedded.ts'); // a server on PostgreSQL does not wait for what it has no use for
  const database = await openFolder(dataDir, watch).catch((error: Error) => {
    const { message } = error;
    throw message.startsWith('DATA_DIR') ? error : new Error(`DATA_DIR ${dataDir}: ${message}`, { cause: error });
  });
  try {
    await migrate(database.db, { concurrent: false });
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
