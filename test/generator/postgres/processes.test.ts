// Migrators as processes: several at once, and one that is killed half-way.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { alterationsText } from '../../../src/cli/resource/migrations/migration.ts';
import type { Table } from '../../../src/cli/resource/migrations/table.ts';
import { createDatabase } from '../../support/database.ts';
import { copyProject, type Project } from '../project.ts';

/** The tasks table, and one in which every task must have a due date. */
let project: Project;
beforeAll(async () => {
  project = await copyProject();
  const { tasks: from } = JSON.parse(await project.read('migrations/snapshot.json')) as { tasks: Table };
  const due = { type: 'timestamptz(3)', notNull: true };
  const to: Table = {
    ...from,
    columns: { ...from.columns, due_date: due },
    indexes: { ...from.indexes, tasks_by_completed: '(user_id, completed, id)' },
  };
  const change = { table: 'tasks', from, to, renames: {}, fill: () => `'2026-01-01T00:00:00Z'` };
  const file = join(project.folder, 'migrations/29990101000000_alter_tasks.ts');
  await writeFile(file, alterationsText('Every task is due.', [change]));
});
afterAll(() => project.remove());

/** A database with the tables of now, and 10,000 tasks without a due date. */
async function filled() {
  const database = await createDatabase();
  onTestFinished(() => database.close());
  const { db, url = '' } = database;
  await db('users').insert({ id: 'alice' });
  await db.raw(`insert into tasks (user_id, title) select 'alice', 'task ' || n from generate_series(1, 10000) as n`);
  const due = async () => {
    const { rows } = await db.raw('select count(*) from tasks where due_date is not null');
    return rows[0].count;
  };
  return { db, url, due };
}

const migrator = ['--import', 'tsx', 'src/cli/migrate.ts'];

it('of several at once each ends, and the migration is done once', async () => {
  const { db, url, due } = await filled();
  const runs = [1, 2, 3].map(() => project.run(process.execPath, migrator, { DATABASE_URL: url }));
  for (const { code, stderr } of await Promise.all(runs)) expect([code, stderr]).toEqual([0, '']);
  expect(await due()).toBe(10_000);
  expect(await db('knex_migrations').where({ name: '29990101000000_alter_tasks' })).toHaveLength(1);
});

it('what one that was killed has left is finished by the next', async () => {
  const { db, url, due } = await filled();
  const holder = await db.transaction();
  await holder('tasks').where({ id: 5_000 }).forUpdate().first(); // here the first one has to wait
  const child = spawn(process.execPath, migrator, {
    cwd: project.folder,
    env: { PATH: process.env['PATH'], DATABASE_URL: url },
  });
  const ended = new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)));
  const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and query like 'update "tasks"%'`;
  while ((await db.raw(waiting)).rows.length === 0) expect(child.exitCode).toBe(null);
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
  await holder.commit();
  expect(await due()).toBeLessThan(10_000);
  expect(await project.run(process.execPath, migrator, { DATABASE_URL: url })).toMatchObject({ code: 0, stderr: '' });
  expect(await due()).toBe(10_000);
  const { rows } = await db.raw(
    `select attnotnull, (select count(*) from pg_trigger where tgrelid = attrelid and not tgisinternal) as triggers
     from pg_attribute where attrelid = 'tasks'::regclass and attname = 'due_date'`,
  );
  expect(rows).toEqual([{ attnotnull: true, triggers: 0 }]);
});
