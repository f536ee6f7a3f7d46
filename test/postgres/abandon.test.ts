// A statement that is given up is to stop at the server, too, however the server is reached and however many wait for a connection.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, expect, inject, it, vi } from 'vitest';
import { openPostgres } from '../../src/database/postgres.ts';
import { temporaryFolder } from '../support/folder.ts';

const template = inject('template');
const server = 'url' in template ? template.url : '';
const observer = openPostgres({ url: server, poolMax: 1 });
afterAll(() => observer.destroy());

const sleeping = (mark: string) => `select pg_sleep(20) as ${mark}`;
const running = async (mark: string) =>
  (await observer.raw(`select pid from pg_stat_activity where query = ? and state = 'active'`, [sleeping(mark)])).rows;

it('over a Unix socket', async () => {
  const folder = temporaryFolder();
  const { hostname, port, pathname, username, password } = new URL(server);
  const proxy = createServer((caller) => {
    const database = connect(Number(port || 5432), hostname);
    caller.pipe(database).pipe(caller);
    for (const socket of [caller, database]) socket.on('error', () => {});
  });
  proxy.listen(join(folder, '.s.PGSQL.5432'));
  await once(proxy, 'listening');
  const user = `${username}${password && `:${password}`}@`;
  const url = `postgres://${user}localhost:5432${pathname}?host=${encodeURIComponent(folder)}`;
  const db = openPostgres({ url, poolMax: 1, statementTimeout: 200 });
  await expect(db.raw(sleeping('over_a_socket'))).rejects.toThrow('timeout');
  await expect.poll(() => running('over_a_socket')).toEqual([]);
  await db.destroy();
  proxy.close();
});

it('while others wait for its connection', async () => {
  const order: { name: string; pid: unknown }[] = [];
  // What is looked at, pg's types leave out.
  for (const [name, { prototype }] of [['cancel', pg.Connection] as const, ['end', pg.Client] as const]) {
    const methods = prototype as unknown as Record<string, (...rest: unknown[]) => unknown>;
    const original = methods[name];
    vi.spyOn(methods, name).mockImplementation(function (this: unknown, ...rest) {
      order.push({ name, pid: name === 'cancel' ? rest[0] : (this as { processID: unknown }).processID });
      return original?.apply(this, rest);
    });
  }
  const db = openPostgres({ url: server, poolMax: 1, statementTimeout: 200 });
  const given = db.raw(sleeping('with_others'));
  const waiting = db.raw('select 1 as one');
  await expect(given).rejects.toThrow('timeout');
  expect((await waiting).rows).toEqual([{ one: 1 }]);
  await expect.poll(() => running('with_others')).toEqual([]);
  await db.destroy();
  vi.restoreAllMocks();
  // A connection of the test before may end only now.
  const cancelled = order.find(({ name }) => name === 'cancel')?.pid;
  const ofIt = order.filter(({ pid }) => pid === cancelled).map(({ name }) => name);
  expect(ofIt.slice(0, 2)).toEqual(['cancel', 'end']);
});
