// Named statements as they travel: described once on a connection, whatever becomes of the first try.
import type { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { isLostConnection, isUnavailable } from '../../src/database/errors.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { type Composed, placeholder, run, Statements } from '../../src/database/statements.ts';

const template = inject('template');
const server = 'url' in template ? template.url : '';

let db: ReturnType<typeof openPostgres>;
/** How often PostgreSQL has read a statement, described its rows, and was ready for another message. */
let seen: { parseComplete: number; rowDescription: number; readyForQuery: number };

beforeEach(async () => {
  db = openPostgres({ url: server, poolMax: 1, connectionTimeout: 500 });
  const connection = await db.client.acquireConnection();
  const messages: EventEmitter = connection.connection;
  seen = { parseComplete: 0, rowDescription: 0, readyForQuery: 0 };
  for (const message of ['parseComplete', 'rowDescription', 'readyForQuery'] as const) {
    messages.on(message, () => {
      seen[message] += 1;
    });
  }
  await db.client.releaseConnection(connection);
});

afterEach(() => db.destroy());

const statements = new Statements();

/** Runs a named statement that gives back what it is given, as the type. */
function give(type: string, value: unknown, options?: { together: boolean }) {
  const compose = (): Composed =>
    db.raw(`select ?::${type} as given`, [placeholder('set', 'value')]) as unknown as Composed;
  return run(db, statements.of('giveOne', type, compose), { set: { value } }, options);
}

it('a statement is described once, and each row is read by that', async () => {
  expect(await give('bigint', 1)).toEqual([{ given: 1 }]);
  expect(await give('bigint', 2)).toEqual([{ given: 2 }]);
  expect(await give('bigint', null)).toEqual([{ given: null }]);
  expect(seen.rowDescription).toBe(1);
  expect(await give('text', 'ß \\ "')).toEqual([{ given: 'ß \\ "' }]);
  expect(seen.rowDescription).toBe(2);
});

it.each([
  ['timestamptz', '2026-03-01T09:00:00.5+01:00', '2026-03-01T08:00:00.500Z'],
  ['boolean', false, false],
  ['double precision', 1.5, 1.5],
  ['bigint[]', [1, 2], ['1', '2']],
  ['jsonb', { a: [null, 'b'] }, { a: [null, 'b'] }],
])('a value of type %s arrives', async (type, value, given) => {
  await give(type, value);
  expect(await give(type, value)).toEqual([{ given }]);
});

it('many rows are all read', async () => {
  const compose = (): Composed =>
    db.raw('select n, n is null as odd from generate_series(1, ?::int) as n', [
      placeholder('set', 'most'),
    ]) as unknown as Composed;
  const rows = await run(db, statements.of('listMany', 'series', compose), { set: { most: 1_000 } });
  expect(rows).toHaveLength(1_000);
  expect(rows.at(-1)).toEqual({ n: 1_000, odd: false });
});

it('a value that PostgreSQL refuses fails its own try alone', async () => {
  await expect(give('bigint', 'one')).rejects.toMatchObject({ code: '22P02' });
  expect(await give('bigint', 1)).toEqual([{ given: 1 }]);
});

it.each([
  ['bigint', 1, 'text', 'one'],
  ['bigint', 1, 'double precision', 1.5],
  ['timestamptz', '2026-03-01T09:00:00Z', 'text', 'in spring'],
  ['text', 'one', 'bigint', 1],
])(
  'a statement outlives a column of type %s, which got %s, that becomes %s and gets %s',
  async (from, old, to, now) => {
    await db.raw(`create temporary table given (value ${from})`);
    const put = (value: unknown) => {
      const compose = (): Composed =>
        db.raw('insert into given (value) values (?)', [placeholder('set', 'value')]) as unknown as Composed;
      return run(db, statements.of('putOne', 'value', compose), { set: { value } });
    };
    const found = (value: unknown) => {
      const compose = (): Composed =>
        db.raw('select 1 as found from given where value = ?', [placeholder('set', 'value')]) as unknown as Composed;
      return run(db, statements.of('findOne', 'value', compose), { set: { value } });
    };
    await put(old);
    expect(await found(old)).toEqual([{ found: 1 }]);
    await db.raw(`alter table given alter column value type ${to} using null`);
    expect(await found(now)).toEqual([]);
    await put(now);
    expect(await found(now)).toEqual([{ found: 1 }]);
  },
);

it('a value that cannot be read fails its statement, not the process', async () => {
  await expect(give('timestamptz', 'infinity')).rejects.toThrow(TypeError);
  expect(await give('bigint', 1)).toEqual([{ given: 1 }]);
});

it('in a transaction a statement has no name, also after one within it', async () => {
  const compose = (): Composed =>
    db.raw('select ?::int as given', [placeholder('set', 'value')]) as unknown as Composed;
  const statement = statements.of('giveOne', 'in a transaction', compose);
  await run(db, statement, { set: { value: 1 } });
  await db.transaction(async (outer) => {
    await outer.raw('deallocate all'); // as if the pooler had gone to another connection
    await outer.transaction((inner) => run(inner, statement, { set: { value: 2 } }));
    expect(await run(outer, statement, { set: { value: 3 } })).toEqual([{ given: 3 }]);
  });
});

it('a statement without a name is sent once, whatever it fails with', async () => {
  let sent = 0;
  const watched = openPostgres({
    url: server,
    poolMax: 1,
    watch: (_sql, send) => {
      sent += 1;
      return send();
    },
  });
  const refused = watched.raw('select count(*) from pg_class for update');
  await expect(refused).rejects.toMatchObject({ code: '0A000' });
  await watched.destroy();
  expect(sent).toBe(1);
});

it('an answer too few is an error: whose the others are, nobody could say', async () => {
  const nothing = { sql: '', name: 'nothing', bindings: [] }; // PostgreSQL has no rows for it, and no end of them
  await expect(run(db, nothing, {})).rejects.toThrow('1 statements have 0 answers');
  expect(await give('bigint', 1)).toEqual([{ given: 1 }]);
});

it('a value that cannot be written never leaves', async () => {
  const circular: unknown[] = [];
  circular.push({ circular });
  await expect(give('jsonb', { circular })).rejects.toThrow(/circular/i);
  expect(await give('bigint', 1)).toEqual([{ given: 1 }]);
});

describe('reads of the same moment', () => {
  const circular: { within?: object } = {};
  circular.within = circular;
  const read = (type: string, value: unknown) => give(type, value, { together: true });
  const given = (...values: unknown[]) => values.map((value) => [{ given: value }]);

  /** What the connection has seen before: a statement that is new to it is sent by itself. */
  beforeEach(async () => {
    for (const type of ['bigint', 'text', 'jsonb', 'timestamptz']) await read(type, null);
    seen = { parseComplete: 0, rowDescription: 0, readyForQuery: 0 };
  });

  it('are sent in one message, and each gets its own answer', async () => {
    const values = [1, 2].flatMap((n) => [read('bigint', n), read('text', `${n}`)]);
    expect(await Promise.all(values)).toEqual(given(1, '1', 2, '2'));
    expect(await Promise.all([read('text', '3'), read('bigint', 3)])).toEqual(given('3', 3));
    expect(seen).toEqual({ parseComplete: 0, rowDescription: 0, readyForQuery: 2 });
  });

  it('are sent one by one when one of them is new', async () => {
    expect(await Promise.all([read('bigint', 1), read('boolean', true), read('boolean', false)])).toEqual(
      given(1, true, false),
    );
    expect(seen).toEqual({ parseComplete: 1, rowDescription: 1, readyForQuery: 3 });
    expect(await Promise.all([read('boolean', false), read('bigint', 2)])).toEqual(given(false, 2));
    expect(seen).toEqual({ parseComplete: 1, rowDescription: 1, readyForQuery: 4 });
  });

  it('are sent four at a time', async () => {
    const values = Array.from({ length: 20 }, (_, n) => n);
    expect(await Promise.all(values.map((n) => read('bigint', n)))).toEqual(given(...values));
    expect(seen.readyForQuery).toBe(5);
  });

  it('are joined by those that come before there is a connection', async () => {
    const connection = await db.client.acquireConnection();
    const first = read('bigint', 1);
    await new Promise(setImmediate);
    const second = read('bigint', 2);
    await db.client.releaseConnection(connection);
    expect(await Promise.all([first, second])).toEqual(given(1, 2));
    expect(seen.readyForQuery).toBe(1);
  });

  it.each([
    ['that PostgreSQL refuses', 'bigint', 'one', { code: '22P02' }],
    ['that cannot be read', 'timestamptz', 'infinity', expect.any(TypeError)],
    ['that cannot be written', 'jsonb', circular, expect.any(TypeError)],
  ])('do not fail with one of them, for a value %s', async (_what, type, value, error) => {
    const results = await Promise.allSettled([read('bigint', 1), read(type, value), read('text', '2')]);
    expect(results).toMatchObject([
      { value: [{ given: 1 }] },
      { status: 'rejected', reason: error },
      { value: [{ given: '2' }] },
    ]);
    const before = seen.readyForQuery;
    expect(await Promise.all([read('bigint', 3), read('text', '4')])).toEqual(given(3, '4'));
    expect(seen.readyForQuery).toBe(before + 1);
  });

  it('outlive that the connection to the database is another one, and are still sent together', async () => {
    await Promise.all([read('bigint', 1), read('text', '1')]);
    await db.raw('deallocate all'); // as if the pooler had gone to another one
    expect(await Promise.all([read('bigint', 2), read('text', '2')])).toEqual(given(2, '2'));
    const before = seen.readyForQuery;
    expect(await Promise.all([read('bigint', 3), read('text', '3')])).toEqual(given(3, '3'));
    expect(seen.readyForQuery).toBe(before + 1);
  });

  it('fail together when their connection is lost, and those after them have another', async () => {
    const compose = (): Composed =>
      db.raw('select pg_terminate_backend(case when ?::boolean then pg_backend_pid() end)', [
        placeholder('set', 'isLast'),
      ]) as unknown as Composed;
    const statement = statements.of('giveOne', 'the last one', compose);
    const end = (isLast: boolean) => run(db, statement, { set: { isLast } }, { together: true });
    await end(false);
    const lost = await Promise.allSettled([read('bigint', 1), end(true)]);
    expect(lost.map((result) => result.status === 'rejected' && isLostConnection(result.reason))).toEqual([true, true]);
    expect(await read('bigint', 2)).toEqual([{ given: 2 }]);
  });

  it('fail together when there is no connection in time, and those after them have one', async () => {
    const connection = await db.client.acquireConnection();
    const late = await Promise.allSettled([read('bigint', 1), read('bigint', 2)]);
    expect(late.map((result) => result.status === 'rejected' && isUnavailable(result.reason))).toEqual([true, true]);
    await db.client.releaseConnection(connection);
    expect(await read('bigint', 3)).toEqual([{ given: 3 }]);
  });

  it('do not fail for those who have waited longer for a connection', async () => {
    const connection = await db.client.acquireConnection();
    const first = read('bigint', 1);
    await new Promise(setImmediate);
    const second = read('bigint', 2);
    await expect(first).rejects.toThrow();
    await db.client.releaseConnection(connection);
    expect(await second).toEqual([{ given: 2 }]);
  });

  it('in a transaction are part of it', async () => {
    await db.transaction(async (transaction) => {
      await transaction.raw(`set local application_name = 'within'`);
      const compose = (): Composed =>
        db.raw(`select current_setting('application_name') as given`) as unknown as Composed;
      const statement = statements.of('giveOne', 'name', compose);
      expect(await run(transaction, statement, {}, { together: true })).toEqual([{ given: 'within' }]);
    });
  });
});
