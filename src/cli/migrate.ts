// `npm run migrate` brings the schema of DATABASE_URL up to date and ends: a step of a release, before the servers start.
import { readDatabase, readEnvironment } from '../config.ts';
import { connect } from '../database/connect.ts';
import { command } from './command.ts';

await command(async () => {
  const database = readDatabase(readEnvironment());
  if (!('url' in database)) throw new Error('DATABASE_URL is missing: the embedded database is migrated by its server');
  const { close } = await connect(database);
  await close();
  process.stdout.write('the schema is up to date\n');
});
