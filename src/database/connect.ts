// Opens the database that the settings name and brings its schema up to date.
import type { Knex } from 'knex';
import type { Config } from '../config.ts';
import { openFolder } from './embedded.ts';
import { migrate } from './migrate.ts';
import { openPostgres } from './postgres.ts';

/** An open database with the current schema. */
export interface Database {
  db: Knex;
  close(): Promise<void>;
}

/** @throws Error when the database cannot be opened, reached or migrated. */
export async function connect(config: Config['database']): Promise<Database> {
  const database = 'url' in config ? pooled(openPostgres(config)) : await openFolder(config.dataDir);
  try {
    await migrate(database.db, { concurrent: 'url' in config });
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function pooled(db: Knex): Database {
  return { db, close: () => db.destroy() };
}
