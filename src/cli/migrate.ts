// `npm run migrate` brings the schema of DATABASE_URL up to date and ends: a step of a release, before the servers start.
import { readDatabase, readEnvironment } from '../config.ts';
import { connect } from '../database/connect.ts';
import { command, readArguments } from './command.ts';

// The first process of a container would not hear of a signal that it does not listen to.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(1));

await command(async () => {
  readArguments('npm run migrate (it takes no arguments; DATABASE_URL says where)', {});
  const database = readDatabase(readEnvironment());
  if (!('url' in database)) throw new Error('DATABASE_URL is missing: the embedded database is migrated by its server');
  const { close } = await connect(database, undefined, (message) => process.stdout.write(`${message}\n`));
  await close();
  process.stdout.write('the schema is up to date\n');
});
