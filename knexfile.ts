// Knex's own command line (`npm run knex -- migrate:make NAME`): the migrations of the server, over connections like its own.
import type { Knex } from 'knex';
import { readDatabase, readEnvironment } from './src/config.ts';
import { migrationSource } from './src/database/migrate.ts';
import { postgresConfig } from './src/database/postgres.ts';

const database = readDatabase(readEnvironment());

const config: Knex.Config = {
  ...('url' in database ? postgresConfig({ ...database, statementTimeout: 0 }) : { client: 'pg', connection: missing }),
  migrations: { migrationSource },
};

export default config;

/** Making a migration needs no database. */
function missing(): never {
  throw new Error('DATABASE_URL is missing: the embedded database is migrated by its server');
}
