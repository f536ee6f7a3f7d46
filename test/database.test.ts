// The database under the API: migrations both ways, time and numbers as JSON has them, and what its failures become.
import { knex } from 'knex';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connect } from '../src/database/connect.ts';
import { isUnavailable, isUnknownOwner } from '../src/database/errors.ts';
import { migrate, migrationSource } from '../src/database/migrate.ts';
import { poolUse } from '../src/database/pool.ts';
import { createTask, problemOf, startApi } from './support/api.ts';
import { createDatabase } from './support/database.ts';
import { temporaryFolder } from './support/folder.ts';

const config = { migrationSource };

it('every migration goes down and up again, and loses no rows of the others', async () => {
  const { db, close } = await createDatabase();
  const [done] = await db.migrate.list(config);
  for (let step = 0; step < done.length; step += 1) await db.migrate.down(config);
  expect(await db.schema.hasTable('users')).toBe(false);
  await migrate(db, { concurrent: false });
  expect(await db.schema.hasTable('tasks')).toBe(true);
  await migrate(db, { concurrent: false });
  await close();
});

it('a lock that a killed migrator left behind does not stop the next', async () => {
  const { db, close } = await createDatabase();
  await db.migrate.down(config);
  await db('knex_migrations_lock').update({ is_locked: 1 });
  await migrate(db, { concurrent: false });
  expect(await db.schema.hasTable('idempotency_keys')).toBe(true);
  await close();
});

it('a database that does not answer stops the start, in one line that names the setting', async () => {
  const nobody = connect({ url: 'postgres://127.0.0.1:1/none', poolMax: 2 });
  await expect(nobody).rejects.toThrow('DATABASE_URL: the database does not answer (ECONNREFUSED)');
});

describe('a database that cannot be closed either', () => {
  /** Knex closes, and then says that it could not. */
  function closeBadly(): void {
    const { destroy } = knex.Client.prototype;
    const broken = vi.spyOn(knex.Client.prototype, 'destroy').mockImplementation(async function (this: unknown) {
      await Reflect.apply(destroy, this, []);
      throw new Error('cannot be closed');
    });
    onTestFinished(() => broken.mockRestore());
  }

  it('stops the start with what came first, when it does not answer', async () => {
    closeBadly();
    const nobody = connect({ url: 'postgres://127.0.0.1:1/none', poolMax: 2 });
    await expect(nobody).rejects.toThrow('DATABASE_URL: the database does not answer (ECONNREFUSED)');
  });

  it('stops the start with what came first, when its schema is of another history', async () => {
    const dataDir = temporaryFolder();
    const { db, close } = await connect({ dataDir });
    await db('knex_migrations').where({ id: 1 }).update({ name: 'another' });
    await close();
    closeBadly();
    await expect(connect({ dataDir })).rejects.toThrow('it is of another history');
  });
});

it('of a pool it is known how busy it is, also when it is closed', async () => {
  const { db, close } = await createDatabase();
  await db.transaction(async (trx) => {
    await trx.raw('select 1');
    expect(poolUse(db)).toMatchObject({ inUse: 1, waiting: 0 });
  });
  expect(poolUse(db)).toMatchObject({ inUse: 0, idle: 1 });
  await close();
  expect(poolUse(db)).toMatchObject({ inUse: 0, idle: 0, waiting: 0 });
});

it('moments and big numbers come as JSON has them', async () => {
  const { db, close } = await createDatabase();
  const moments = [
    '2026-03-01 09:00:00+00',
    '2026-03-01 09:00:00.5+00',
    '0001-01-01 00:00:00+00',
    '9999-12-31 23:59:59.999+00',
  ];
  for (const moment of moments) {
    const { rows } = await db.raw('select ?::timestamptz(3) as moment, ?::bigint as id', [moment, '9007199254740991']);
    const [day = '', time = ''] = moment.split('+')[0]?.split(' ') ?? [];
    const [seconds = '', fraction = ''] = time.split('.');
    expect(rows[0]).toEqual({ moment: `${day}T${seconds}.${fraction.padEnd(3, '0')}Z`, id: 9_007_199_254_740_991 });
  }
  await close();
});

it.each(['Asia/Kolkata', 'Europe/Berlin', 'America/New_York', 'Pacific/Kiritimati'])(
  'moments come in UTC from a session in %s',
  async (zone) => {
    const { db, close } = await createDatabase();
    const moments = [
      '2026-03-01T09:00:00.000Z',
      '1890-01-01T00:00:00.250Z',
      '0099-06-01T12:00:00.000Z',
      '0001-01-01T00:00:00.000Z',
      '9999-12-31T23:59:59.999Z',
    ];
    await db.transaction(async (session) => {
      await session.raw(`set local timezone to '${zone}'`);
      for (const moment of moments) {
        const { rows } = await session.raw('select ?::timestamptz(3) as moment', [moment]);
        expect(rows[0].moment).toBe(moment);
      }
    });
    await close();
  },
);

it('a deletion says how many rows it met', async () => {
  const { db, close } = await createDatabase();
  await db('users').insert([{ id: 'a' }, { id: 'b' }]);
  expect(await db('users').delete()).toBe(2);
  expect(await db('users').delete()).toBe(0);
  await close();
});

it('the rows of a user who is removed go with them, and come back with the next write', async () => {
  const api = await startApi();
  await createTask(api, 'alice', { title: 'x' });
  await api.request('POST', '/api/alice/tasks', {
    as: 'alice',
    json: { title: 'y' },
    headers: { 'Idempotency-Key': 'k' },
  });
  await api.database.db('users').where({ id: 'alice' }).delete();
  expect((await api.request('GET', '/api/alice/tasks', { as: 'alice' })).json).toEqual([]);
  expect(await api.database.db('idempotency_keys')).toEqual([]);
  expect(await createTask(api, 'alice', { title: 'z' })).toMatchObject({ title: 'z' });
});

it('a user who is removed while the first row is made is 503, and may try again', async () => {
  const api = await startApi();
  const { db } = api.database;
  await db.raw(`create function vanish() returns trigger language plpgsql as
    $$ begin delete from users where id = new.id; return null; end $$`);
  await db.raw('create trigger vanish after insert on users for each row execute function vanish()');
  const create = () => api.request('POST', '/api/brief/tasks', { as: 'brief', json: { title: 'x' } });
  const reply = await create();
  problemOf(reply, 503);
  expect(reply.headers.get('retry-after')).toBe('1');
  await db.raw('drop trigger vanish on users');
  expect((await create()).status).toBe(201);
});

it('a failure of the database is a 500 that says nothing of it, and stands in the log under the request id', async () => {
  const api = await startApi();
  await createTask(api, 'alice', { title: 'x' });
  await api.database.db.raw('alter table tasks rename column description to details');
  for (const path of ['/api/alice/tasks', '/api/alice/tasks/1']) {
    const reply = await api.request('GET', path, { as: 'alice' });
    const problem = problemOf(reply, 500);
    expect(JSON.stringify(problem)).not.toMatch(/description|column|select|tasks"/);
    const entry = api.logged.find(
      ({ msg, request_id }) => msg === 'unexpected error' && request_id === problem.instance,
    );
    expect(JSON.stringify(entry)).toContain('description');
  }
});

it('while the database is away, requests get a 503 that says when to come back', async () => {
  const api = await startApi();
  await api.database.db.destroy();
  api.database.db.client.acquireConnection = () =>
    Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
  for (const path of ['/api/alice/tasks', '/ready']) {
    const reply = await api.request('GET', path, { as: 'alice' });
    const { instance } = problemOf(reply, 503);
    expect(reply.headers.get('retry-after')).toBe('5');
    const entry = api.logged.find(({ msg, request_id }) => msg === 'not available' && request_id === instance);
    expect(JSON.stringify(entry)).toContain('ECONNREFUSED');
  }
  expect((await api.request('GET', '/health')).status).toBe(200);
});

it.each([
  [{ code: '57P01' }, true],
  [{ code: '53300' }, true],
  [{ code: '08006' }, true],
  [{ code: 'ECONNRESET' }, true],
  [{ message: 'Connection terminated unexpectedly' }, true],
  [{ name: 'KnexTimeoutError', message: 'x' }, true],
  [{ name: 'AggregateError', message: '', errors: [{ code: 'ECONNREFUSED' }] }, true],
  [{ code: '23505' }, false],
  [{ code: '42703', message: 'timeout expired' }, false],
  [{ message: 'x is not a function' }, false],
])('%o means that the database is away: %s', (error, expected) => {
  expect(isUnavailable(error)).toBe(expected);
});

it.each([
  [{ code: '23503', constraint: 'tasks_owner_fkey' }, true],
  [{ nativeError: { code: '23503', constraint: 'notes_owner_fkey' } }, true],
  [{ code: '23503', constraint: 'notes_parent_fkey' }, false],
  [{ code: '23505', constraint: 'tasks_owner_fkey' }, false],
])('%o means that the owner is new: %s', (error, expected) => {
  expect(isUnknownOwner(error)).toBe(expected);
});
