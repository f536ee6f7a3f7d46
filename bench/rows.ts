// The rows of a run: 1,000 users with 200 tasks each, and how they are put back after writes.
import { openFolder } from '../src/database/embedded.ts';
import { migrate } from '../src/database/migrate.ts';
import { openPostgres } from '../src/database/postgres.ts';
import { execute } from './postgres.ts';

export const users = 1_000;
export const tasksEach = 200;
/** Rows with greater ids were made by a measurement. */
export const lastId = users * tasksEach;

export const userName = (user: number) => `user-${user}`;

/** The id of a user's n-th task, both counted from 1: users took turns, so a user's rows are spread over the table. */
export const taskId = (user: number, n: number) => (n - 1) * users + user;

/** The same rows for every database, embedded or not. */
export const seed = [
  `insert into users (id) select 'user-' || u from generate_series(1, ${users}) u`,
  `insert into tasks (user_id, title, description, completed, due_date, created_at, updated_at)
   select 'user-' || u,
     (array['Buy milk', 'Book the dentist', 'Write the report', 'Water the plants', 'Call the bank'])[1 + n % 5] || ' ' || n,
     case when n % 3 > 0 then 'Before the end of week ' || n || ', and not a day later: it was promised to ' || u end,
     n % 4 = 0,
     case when n % 2 = 0 then timestamptz '2026-06-01' + n * interval '1 day' end,
     moment, moment
   from generate_series(1, ${tasksEach}) n, generate_series(1, ${users}) u,
     lateral (select timestamptz '2026-01-01' + n * interval '1 hour' + u * interval '1 millisecond' as moment) m
   order by n, u`,
  'vacuum analyze',
];

export const restore = [`delete from tasks where id > ${lastId}`];

/** Makes a database with Deed's schema, in which the statements have been run. */
export async function makeDatabase(url: (name: string) => string, name: string, statements = seed): Promise<string> {
  await execute(url('postgres'), `drop database if exists ${name} with (force)`, `create database ${name}`);
  const db = openPostgres({ url: url(name), poolMax: 2, statementTimeout: 0 });
  await migrate(db, { concurrent: true });
  await db.destroy();
  await execute(url(name), ...statements);
  return url(name);
}

/** Makes the folder of an embedded database with the same. */
export async function makeFolder(dataDir: string, statements = seed): Promise<string> {
  const { db, close } = await openFolder(dataDir);
  await migrate(db, { concurrent: false });
  for (const statement of statements) await db.raw(statement);
  await close();
  return dataDir;
}

/** Makes a database that is a copy of another. */
export async function copyDatabase(url: (name: string) => string, name: string, template: string): Promise<string> {
  const copy = `create database ${name} template ${template} strategy file_copy`;
  await execute(url('postgres'), `drop database if exists ${name} with (force)`, copy);
  return url(name);
}
