// Opens the database that the settings name and brings its schema up to date.
import type { Knex } from 'knex';
import type { Config } from '../config.ts';
import { openFolder } from './embedded.ts';
import { isUnavailable } from './errors.ts';
import { migrate } from './migrate.ts';
import { openPostgres, type PostgresOptions } from './postgres.ts';

/** An open database with the current schema. */
export interface Database {
  db: Knex;
  close(): Promise<void>;
}

/** @throws Error in one line, when the database cannot be opened, reached or migrated. */
export function connect(config: Config['database']): Promise<Database> {
  return 'url' in config ? connectPostgres(config) : connectFolder(config.dataDir);
}

async function connectPostgres(options: PostgresOptions): Promise<Database> {
  // Migrations, and waiting for those of another replica, may take longer than any request.
  const migrator = openPostgres({ ...options, poolMax: 2, statementTimeout: 0 });
  try {
    await migrate(migrator, { concurrent: true });
  } catch (error) {
    const { message, code = message } = error as { message: string; code?: string };
    const complaint = isUnavailable(error) ? `the database does not answer (${code})` : message;
    throw new Error(`DATABASE_URL: ${complaint}`, { cause: error });
  } finally {
    await migrator.destroy();
  }
  const db = openPostgres(options);
  return { db, close: () => db.destroy() };
}

async function connectFolder(dataDir: string): Promise<Database> {
  const database = await openFolder(dataDir);
  try {
    await migrate(database.db, { concurrent: false });
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
