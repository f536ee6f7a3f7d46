// Replicas that start together, one after the other's crash, or on a schema that is not theirs.
import { describe, expect, inject, it } from 'vitest';
import { migrationSource } from '../../src/database/migrate.ts';
import { problemOf, request, type Task } from '../support/api.ts';
import { listening, type ServerProcess } from '../support/process.ts';
import { report, starts } from './settings.ts';
import { execute, transaction } from './support/postgres.ts';
import { emptyDatabase, launchReplica, startReplica } from './support/replicas.ts';

const postgresUrl = inject('postgresUrl');
const ready = async ({ url }: ServerProcess) => (await fetch(`${url}/ready`)).status;

describe('on an empty database', () => {
  it('five replicas start at once, and all become ready', async () => {
    const slowest: number[] = [];
    for (let start = 0; start < starts; start += 1) {
      const url = await emptyDatabase(postgresUrl);
      const begun = performance.now();
      const replicas = await Promise.all(Array.from({ length: 5 }, () => startReplica({ DATABASE_URL: url })));
      expect(await Promise.all(replicas.map(ready))).toEqual([200, 200, 200, 200, 200]);
      slowest.push(performance.now() - begun);
      expect(await applied(url)).toEqual(await migrationSource.getMigrations([]));
      await Promise.all(replicas.map((replica) => replica.stop('SIGKILL')));
    }
    report(
      `${starts} × five replicas on an empty database: all ready after at most ${Math.round(Math.max(...slowest))} ms`,
    );
  });

  it('a migrator that is killed half-way does not stop the others', async () => {
    const url = await emptyDatabase(postgresUrl);
    // The name is taken by a transaction that has not ended: the migration that makes this table waits for it.
    const obstacle = await transaction(url, 'create table idempotency_keys ()');
    const migrator = launchReplica({ DATABASE_URL: url });
    await expect.poll(() => obstacle.waiting(), { timeout: 10_000 }).toBe(1);
    const others = [1, 2].map(() => launchReplica({ DATABASE_URL: url }));
    const asking = `select from pg_stat_activity where datname = current_database() and query like 'select pg_try_advisory%'`;
    // The connection of the first asks no more, but has asked last; those of the others ask again and again.
    await expect.poll(async () => (await execute(url, asking)).rowCount, { timeout: 10_000 }).toBe(3);
    expect(await obstacle.waiting()).toBe(1);
    expect(migrator.stdout + others.map(({ stdout }) => stdout).join('')).toBe(''); // nobody serves what is not there yet
    await migrator.stop('SIGKILL');
    await obstacle.rollback();
    for (const other of others) expect(await ready(await listening(other))).toBe(200);
    expect(await applied(url)).toEqual(await migrationSource.getMigrations([]));
  });
});

describe('a replica whose schema', () => {
  it('is taken back under it is not ready, until it is there again', async () => {
    const url = await emptyDatabase(postgresUrl);
    const replica = await startReplica({ DATABASE_URL: url });
    const [last] = (await applied(url)).slice(-1);
    await execute(url, `update knex_migrations set name = 'hidden' where name = '${last}'`);
    problemOf(await request(`${replica.url}/ready`, 'GET', {}), 503);
    await execute(url, `update knex_migrations set name = '${last}' where name = 'hidden'`);
    expect(await ready(replica)).toBe(200);
    await execute(url, 'drop schema public cascade');
    problemOf(await request(`${replica.url}/ready`, 'GET', {}), 503);
    expect((await fetch(`${replica.url}/health`)).status).toBe(200);
  });

  it('is that of a later build, which only added to it, starts and serves', async () => {
    const url = await emptyDatabase(postgresUrl);
    const before = await startReplica({ DATABASE_URL: url });
    await livesThrough(before);
    await laterBuild(url);
    const after = await startReplica({ DATABASE_URL: url });
    for (const replica of [before, after]) {
      expect(await ready(replica)).toBe(200);
      await livesThrough(replica);
    }
  });

  it('is of another history does not start, and says so in one line', async () => {
    const url = await emptyDatabase(postgresUrl);
    await (await startReplica({ DATABASE_URL: url })).stop('SIGTERM');
    const [last] = (await applied(url)).slice(-1);
    await execute(url, `update knex_migrations set name = '29990101000000_of_another_branch' where name = '${last}'`);
    const replica = launchReplica({ DATABASE_URL: url });
    expect([await replica.ended, replica.stdout]).toEqual([1, '']);
    const history = 'it is of another history';
    expect(replica.stderr).toBe(
      `DATABASE_URL: the schema has 29990101000000_of_another_branch, which this build does not know, and lacks ${last}: ${history}\n`,
    );
  });
});

/** The names of the migrations that a database has had. */
async function applied(url: string): Promise<string[]> {
  return (await execute(url, 'select name from knex_migrations order by name')).rows.map(({ name }) => name);
}

/** What a later build may do to the schema while this one serves: add a column, a table, an index, widen a limit. */
async function laterBuild(url: string): Promise<void> {
  await execute(
    url,
    `alter table tasks add column priority integer not null default 0;
     alter table tasks alter column title type varchar(300);
     create index tasks_by_priority on tasks (user_id, priority, id);
     create table notes (id bigint generated always as identity primary key, user_id text not null references users);
     insert into knex_migrations (name, batch, migration_time) values ('29990101000000_priorities', 2, now())`,
  );
}

/** A task from its creation to its end, with none of what this build does not know. */
async function livesThrough({ url }: ServerProcess): Promise<void> {
  const send = (method: string, path: string, json?: object) =>
    request(`${url}/api/alice/tasks${path}`, method, { as: 'alice', ...(json && { json }) });
  const created = (await send('POST', '', { title: 'Old' })).json as Task;
  expect(created).not.toHaveProperty('priority');
  expect((await send('PUT', `/${created.id}`, { title: 'Older' })).json).toMatchObject({ title: 'Older' });
  expect((await send('PATCH', `/${created.id}/complete`)).json).toMatchObject({ completed: true });
  expect((await send('GET', '')).json).toMatchObject([{ id: created.id, title: 'Older', completed: true }]);
  expect((await send('DELETE', `/${created.id}`)).status).toBe(204);
}
