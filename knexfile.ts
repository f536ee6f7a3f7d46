// The migration command line (`npm run knex -- migrate:make NAME`): the same settings and migrations as the server.
import type { Knex } from 'knex';
import { readConfig, readEnvironment } from './src/config.ts';
import { migrationSource } from './src/database/migrate.ts';
import { explicitTls } from './src/database/postgres.ts';

const { database } = readConfig(readEnvironment());

const config: Knex.Config =
  'url' in database
    ? { client: 'pg', connection: explicitTls(database.url), migrations: { migrationSource } }
    : { client: 'pg', migrations: { directory: './migrations', extension: 'ts' } };

export default config;
