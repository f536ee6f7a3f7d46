// What only a PostgreSQL server can show: locks that others hold, replicas at once, restarts of connections, TLS.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from 'node:net';
import knex from 'knex';
import { pino } from 'pino';
import { afterAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { connect } from '../../src/database/connect.ts';
import { isUnavailable } from '../../src/database/errors.ts';
import { keep } from '../../src/database/live/values.ts';
import { isCurrent, migrate, migrationSource } from '../../src/database/migrate.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { start } from '../../src/server.ts';
import { createTask, problemOf, request, secret, startApi } from '../support/api.ts';
import { createEmpty, withDatabase } from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { run, startServer } from '../support/process.ts';

const template = inject('template');
const server = 'url' in template ? template : { url: '', name: '' };

/** An empty database on the same server. It goes with the others at the end of the run. */
function emptyDatabase(): Promise<string> {
  return createEmpty(server.url, `${server.name}_empty_${process.pid}_${Date.now()}`);
}

it('a key in use by a request that is still running is 409, and free again when that has failed', async () => {
  const api = await startApi();
  await createTask(api, 'alice', { title: 'x' });
  const create = () =>
    api.request('POST', '/api/alice/tasks', {
      as: 'alice',
      json: { title: 'Once' },
      headers: { 'Idempotency-Key': 'k' },
    });
  const holder = openPostgres({ url: api.database.url ?? '', poolMax: 2 });
  const blocked = await holder.transaction();
  await blocked.raw('lock table tasks in access exclusive mode');
  const first = create();
  await expect
    .poll(async () => (await holder.raw('select count(*) from pg_locks where not granted')).rows[0].count)
    .toBe(1);
  const second = await create();
  expect(problemOf(second, 409).type).toBe('/docs#idempotency-key-in-use');
  expect(second.headers.get('retry-after')).toBe('1');
  const terminate = 'select pg_terminate_backend(pid) from pg_locks where not granted';
  await holder.raw(terminate);
  problemOf(await first, 503);
  await blocked.rollback();
  await holder.destroy();
  expect((await create()).status).toBe(201);
  expect((await api.request('GET', '/api/alice/tasks?count=exact', { as: 'alice' })).headers.get('x-total-count')).toBe(
    '2',
  );
});

it('several replicas may migrate an empty database at once', async () => {
  const url = await emptyDatabase();
  const replicas = await Promise.all(Array.from({ length: 5 }, () => connect({ url, poolMax: 3 })));
  for (const { db, close } of replicas) {
    expect(await db('tasks')).toEqual([]);
    await close();
  }
});

it('a connection that the server has cut is replaced', async () => {
  const api = await startApi();
  await createTask(api, 'alice', { title: 'x' });
  const admin = openPostgres({ url: server.url, poolMax: 2 });
  await admin.raw('select pg_terminate_backend(pid) from pg_stat_activity where datname = ?', [
    new URL(api.database.url ?? '').pathname.slice(1),
  ]);
  await admin.destroy();
  await expect.poll(async () => (await api.request('GET', '/api/alice/tasks', { as: 'alice' })).status).toBe(200);
});

describe('while somebody holds a lock on the tasks', async () => {
  const api = await startApi();
  const holder = openPostgres({ url: api.database.url ?? '', poolMax: 2 });
  afterAll(() => holder.destroy());
  const waiting = async () => (await holder.raw('select pid from pg_locks where not granted')).rows;

  it('a change is 503 within 2 s', async () => {
    const { id } = await createTask(api, 'alice', { title: 'x' });
    const lock = await holder.transaction();
    await lock.raw('lock table tasks in access exclusive mode');
    const change = await api.request('PUT', `/api/alice/tasks/${id}`, { as: 'alice', json: { title: 'y' } });
    problemOf(change, 503);
    expect(change.headers.get('retry-after')).toMatch(/^\d+$/);
    await lock.rollback();
  });

  it('a read whose connection is lost is done again', async () => {
    await createTask(api, 'bob', { title: 'x' });
    await expect.poll(waiting).toEqual([]);
    const lock = await holder.transaction();
    await lock.raw('lock table tasks in access exclusive mode');
    const read = api.request('GET', '/api/bob/tasks', { as: 'bob' });
    await expect.poll(waiting).toHaveLength(1);
    const [{ pid }] = await waiting();
    await holder.raw('select pg_terminate_backend(?)', [pid]);
    await lock.rollback();
    expect((await read).json).toMatchObject([{ title: 'x' }]);
  });
});

it('a change of the schema makes no prepared statement fail', async () => {
  const api = await startApi();
  const { id } = await createTask(api, 'alice', { title: 'x' });
  const read = () => api.request('GET', `/api/alice/tasks/${id}`, { as: 'alice' });
  expect((await read()).status).toBe(200);
  await api.database.db.raw('alter table tasks alter column title type text'); // as a later build might
  expect((await read()).json).toMatchObject({ title: 'x' });
});

describe('started with DATABASE_URL', () => {
  it('it serves, migrates, and keeps its data', async () => {
    const DATABASE_URL = await emptyDatabase();
    const settings = { DATABASE_URL, DATA_DIR: temporaryFolder() };
    const first = await startServer(settings);
    const command = run('src/cli/token.ts', ['alice'], settings);
    await command.ended;
    const headers = { Authorization: `Bearer ${command.stdout.trim()}`, 'Content-Type': 'application/json' };
    const created = await fetch(`${first.url}/api/alice/tasks`, { method: 'POST', headers, body: '{"title":"kept"}' });
    expect(created.status).toBe(201);
    expect(await first.stop()).toBe(0);
    const second = await startServer(settings);
    const listed = await fetch(`${second.url}/api/alice/tasks`, { headers });
    expect(await listed.json()).toMatchObject([{ title: 'kept' }]);
    expect(second.stderr).toBe('');
  });
});

it.each(['sslmode=require', 'sslmode=require&uselibpqcompat=true'])(
  'with %s nothing is sent in the clear',
  async (query) => {
    const db = openPostgres({ url: `${server.url}?${query}`, poolMax: 2 });
    await expect(db.raw('select 1')).rejects.toThrow(/SSL|certificate/);
    await db.destroy();
  },
);

/** Asserts that a start on this database is refused with this line, and leaves nothing in it. */
async function expectRefused(url: string, line: string): Promise<void> {
  await expect(connect({ url, poolMax: 2 })).rejects.toThrow(line);
  const db = openPostgres({ url, poolMax: 2 });
  expect((await db.raw(`select tablename from pg_tables where schemaname = 'public'`)).rows).toEqual([]);
  await db.destroy();
}

it('a server that writes moments in another way is refused', async () => {
  const url = `${await emptyDatabase()}?options=-c%20datestyle%3DSQL`;
  await expectRefused(url, 'DATABASE_URL: DateStyle is SQL');
});

it('a database of another encoding is refused', async () => {
  const name = `${server.name}_latin_${process.pid}`;
  const admin = openPostgres({ url: server.url, poolMax: 2 });
  await admin.raw(`create database ?? encoding 'LATIN1' locale 'C' template template0`, [name]);
  await expectRefused(
    withDatabase(server.url, name),
    'DATABASE_URL: the encoding of the database is LATIN1, and must be UTF8',
  );
  await admin.raw('drop database ??', [name]);
  await admin.destroy();
});

it('a database that can only be read is not ready, and the log says why', async () => {
  const { url } = (await startApi()).database;
  const db = openPostgres({ url: `${url}?options=-c%20default_transaction_read_only%3Don`, poolMax: 2 });
  const api = await startApi({}, undefined, { db, url, close: () => db.destroy() });
  problemOf(await api.request('GET', '/ready', {}), 503);
  expect(api.logged).toContainEqual(
    expect.objectContaining({
      err: expect.objectContaining({ message: expect.stringContaining('in a read-only transaction') }),
    }),
  );
});

it('it is ready again as soon as the database can be written', async () => {
  const { url = '' } = (await startApi()).database;
  const database = new URL(url).pathname.slice(1);
  const admin = openPostgres({ url, poolMax: 2 });
  onTestFinished(() => admin.destroy());
  await admin.raw('alter database ?? set default_transaction_read_only = on', [database]);
  const db = openPostgres({ url, poolMax: 2 });
  const api = await startApi({}, undefined, { db, url, close: () => db.destroy() });
  problemOf(await api.request('GET', '/ready', {}), 503);
  await admin.raw('alter database ?? reset default_transaction_read_only', [database]);
  expect((await api.request('GET', '/ready', {})).status).toBe(200);
});

describe('a role that only serves', () => {
  const role = `deed_serving_${process.pid}`;
  const [, sql = ''] = /```sql\n([^`]+)```/.exec(readFileSync('deploy/postgresql.md', 'utf8')) ?? [];
  const [creation = '', ...grants] = sql
    .replaceAll(/\bapp\b/g, role)
    .trim()
    .split('\n');

  /** Makes it, without any right; `own`: the address by which it connects. */
  async function makeRole(url: string) {
    const admin = openPostgres({ url, poolMax: 2 });
    await admin.raw(creation);
    onTestFinished(async () => {
      await admin.raw(`drop owned by ${role}; drop role ${role}`);
      await admin.destroy();
    });
    const address = new URL(url);
    address.username = role;
    return { admin, own: address.href };
  }

  it('is ready when it may do what deploy/postgresql.md grants it, and serves', async () => {
    const { url = '' } = (await startApi()).database;
    const { admin, own } = await makeRole(url);
    const db = openPostgres({ url: own, poolMax: 2 });
    const api = await startApi({}, undefined, { db, url: own, close: () => db.destroy() });
    await admin.raw(`grant select on knex_migrations to ${role}`);
    problemOf(await api.request('GET', '/ready', {}), 503);
    for (const grant of grants) await admin.raw(grant);
    expect((await api.request('GET', '/ready', {})).status).toBe(200);
    const headers = { 'Idempotency-Key': 'k' };
    const created = await api.request('POST', '/api/new/tasks', { as: 'new', json: { title: 'x' }, headers });
    expect(created.status).toBe(201);
    expect((await api.request('GET', '/api/new/tasks?q=x&count=exact', { as: 'new' })).json).toHaveLength(1);
    await admin.raw('create table later (id bigint generated always as identity, title text)');
    await db.raw(`insert into later (title) values ('y')`);
  });

  it('is told which migration it may not apply, or that it may not even see whether it has to', async () => {
    const url = await emptyDatabase();
    const { admin, own } = await makeRole(url);
    const lacks = (name: string | undefined) =>
      new RegExp(`^DATABASE_URL: the schema lacks ${name}, which this role may not apply: .*permission denied`);
    const names = await migrationSource.getMigrations([]);
    await expect(connect({ url: own, poolMax: 2 })).rejects.toThrow(lacks(names[0]));
    await migrate(admin, { concurrent: true });
    for (const grant of grants) await admin.raw(grant);
    await admin.migrate.down({ migrationSource });
    await expect(connect({ url: own, poolMax: 2 })).rejects.toThrow(lacks(names.at(-1)));
    await admin.raw(`revoke all on knex_migrations from ${role}`);
    await expect(connect({ url: own, poolMax: 2 })).rejects.toThrow(
      /^DATABASE_URL: this role may not read the schema's migrations: .*permission denied for table knex_migrations/,
    );
  });
});

it('where transactions are serializable, what met another is 503 and may be sent again', async () => {
  const { url } = (await startApi()).database;
  const db = openPostgres({ url: `${url}?options=-c%20default_transaction_isolation%3Dserializable`, poolMax: 10 });
  const api = await startApi({}, undefined, { db, url, close: () => db.destroy() });
  const { id } = await createTask(api, 'alice', { title: 'x' });
  const toggle = () => api.request('PATCH', `/api/alice/tasks/${id}/complete`, { as: 'alice' });
  const statuses = new Set<number>();
  await expect
    .poll(async () => {
      for (const { status } of await Promise.all(Array.from({ length: 10 }, toggle))) statuses.add(status);
      return [...statuses].sort();
    })
    .toEqual([200, 503]);
});

it('migrate takes no arguments, and does nothing when it is given some', async () => {
  const url = await emptyDatabase();
  const migration = run('src/cli/migrate.ts', ['--help'], { DATABASE_URL: url });
  expect([await migration.ended, migration.stdout, migration.stderr]).toEqual([
    1,
    '',
    'Usage: npm run migrate (it takes no arguments; DATABASE_URL says where)\n',
  ]);
  const db = openPostgres({ url, poolMax: 2 });
  expect(await db.schema.hasTable('knex_migrations')).toBe(false);
  await db.destroy();
});

describe("Knex's own command line", () => {
  const cli = (command: string, settings: Record<string, string>) =>
    run('node_modules/knex/bin/cli.js', [command], { NODE_ENV: 'production', ...settings });

  it('migrates with the settings of the database alone, as the server would', async () => {
    const url = await emptyDatabase();
    const migration = cli('migrate:latest', { DATABASE_URL: url });
    expect([await migration.ended, migration.stderr]).toEqual([0, '']);
    const db = openPostgres({ url, poolMax: 2 });
    expect(await isCurrent(db)).toBe(true);
    await db.destroy();
  });

  it('without a PostgreSQL database does not look for one', async () => {
    const migration = cli('migrate:latest', { NODE_ENV: 'development', DATA_DIR: temporaryFolder() });
    expect([await migration.ended, migration.stderr]).toEqual([1, expect.stringContaining('DATABASE_URL is missing')]);
  });
});

// The counts that such a connection gives are texts.
it('rows are filled to the last one over any connection, also one that a plain Knex has made', async () => {
  const db = knex.knex({ client: 'pg', connection: await emptyDatabase() });
  await db.raw('create table notes (id bigint generated always as identity primary key, next text)');
  await db.raw('insert into notes (next) select null from generate_series(1, 5000)');
  await keep(db, 'notes', 'next', `'What''s $$ and $q0$?'`);
  expect(await db('notes').where({ next: "What's $$ and $q0$?" }).count('* as filled')).toEqual([{ filled: '5000' }]);
  await db.destroy();
});

it('a start that waits for the migrations of another says so, and ends on a signal', async () => {
  const url = await emptyDatabase();
  const other = openPostgres({ url, poolMax: 2 });
  const migrating = await other.transaction();
  await migrating.raw('select pg_advisory_xact_lock(7233061)');
  const starting = run('src/main.ts', [], { DATABASE_URL: url, LOG_LEVEL: 'info' });
  await expect.poll(() => starting.stderr, { timeout: 20_000 }).toContain('waiting for another process');
  expect(await starting.stop('SIGTERM')).toBe(1);
  await migrating.rollback();
  await other.destroy();
});

/** Where the log is written some lines at a time. */
function inProduction(url: string | undefined) {
  const production = { NODE_ENV: 'production', HOST: '127.0.0.1', BETTER_AUTH_SECRET: secret, LOG_LEVEL: 'info' };
  return { ...production, DATABASE_URL: url };
}

it('why a start fails is the last that it says, after what the log has of it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const starting = run('src/main.ts', [], { ...inProduction(await emptyDatabase()), PORT: String(port) });
  expect(await starting.ended).toBe(1);
  expect(starting.stderr).toMatch(/applied the migration [^\n]*\nPORT is in use by another process\.[^\n]*\n$/);
});

it('a log that nobody reads holds up no end', async () => {
  const { url } = (await startApi()).database;
  const started = await startServer(inProduction(url));
  started.child.stderr?.removeAllListeners('data').pause();
  for (let round = 0; round < 40; round += 1) {
    await Promise.all(Array.from({ length: 100 }, () => request(`${started.url}/health`, 'GET', {})));
  }
  const before = performance.now();
  expect(await started.stop()).toBe('SIGKILL');
  expect(performance.now() - before).toBeLessThan(10_000);
});

it('a database that is away is one that does not answer, also on a Unix socket or without its name', async () => {
  const away = openPostgres({ url: `postgres://localhost/x?host=${temporaryFolder()}`, poolMax: 2 });
  const error = await away.raw('select 1').catch((reason) => reason);
  expect([error.code, isUnavailable(error)]).toEqual(['ENOENT', true]);
  await away.destroy();
  const url = new URL(server.url);
  url.pathname = '/there_is_none';
  await expect(connect({ url: url.href, poolMax: 2 })).rejects.toThrow(
    'DATABASE_URL: database "there_is_none" does not exist',
  );
  const db = openPostgres({ url: url.href, poolMax: 2 });
  const config = readConfig({ NODE_ENV: 'test', PORT: '0', BETTER_AUTH_SECRET: secret });
  const api = await start(config, { database: { db, close: () => db.destroy() }, log: pino({ enabled: false }) });
  problemOf(await request(`${api.url}/ready`, 'GET', {}), 503);
  problemOf(await request(`${api.url}/api/alice/tasks`, 'GET', { as: 'alice' }), 503);
  await api.stop();
});

it('a connection that hangs is not used again', async () => {
  const sockets: Socket[] = [];
  const upstream = new URL(server.url);
  const proxy = createServer((near) => {
    const far = connectSocket(Number(upstream.port), upstream.hostname);
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.pipe(far).pipe(near);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(server.url);
  url.port = String((proxy.address() as AddressInfo).port);
  const db = openPostgres({ url: url.href, poolMax: 1, statementTimeout: 300 });
  await db.raw('select 1');
  for (const socket of sockets) socket.unpipe().pause();
  await expect(db.raw('select 1')).rejects.toThrow('Query read timeout');
  await expect(db.raw('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  await db.destroy();
  for (const socket of sockets) socket.destroy();
  proxy.close();
});

it('a replica waits for the migrations of another, however long they take', async () => {
  const url = await emptyDatabase();
  const other = openPostgres({ url, poolMax: 2 });
  const migrating = await other.transaction();
  await migrating.raw('select pg_advisory_xact_lock(7233061)');
  const said: string[] = [];
  const replica = connect({ url, poolMax: 3 }, undefined, (message) => said.push(message));
  const asking = `select from pg_stat_activity where datname = current_database() and query like 'select pg_try_advisory%'`;
  await expect.poll(async () => (await other.raw(asking)).rows.length).toBe(1);
  expect(await other.schema.hasTable('tasks')).toBe(false);
  await expect
    .poll(() => said, { timeout: 20_000 })
    .toEqual(['waiting for another process, which migrates the schema']);
  await migrating.commit();
  const { db, close } = await replica;
  expect(await db('tasks')).toEqual([]);
  await close();
  await other.destroy();
});
