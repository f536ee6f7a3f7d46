// Named statements as they travel: described once on a connection, whatever becomes of the first try.
import type { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { openPostgres } from '../../src/database/postgres.ts';
import { type Composed, placeholder, run, Statements } from '../../src/database/statements.ts';

const template = inject('template');
const server = 'url' in template ? template.url : '';

let db: ReturnType<typeof openPostgres>;
/** How often PostgreSQL has described the rows of a statement. */
let described: number;

beforeEach(async () => {
  db = openPostgres({ url: server, poolMax: 1 });
  const connection = await db.client.acquireConnection();
  const messages: EventEmitter = connection.connection;
  described = 0;
  messages.on('rowDescription', () => {
    described += 1;
  });
  await db.client.releaseConnection(connection);
});

afterEach(() => db.destroy());

const statements = new Statements();

/** Runs a named statement that gives back what it is given, as the type. */
function give(type: string, value: unknown) {
  const compose = (): Composed =>
    db.raw(`select ?::${type} as given`, [placeholder('set', 'value')]) as unknown as Composed;
  return run(db, statements.of('giveOne', type, compose), { set: { value } });
}

it('a statement is described once, and each row is read by that', async () => {
  expect(await give('bigint', 1)).toEqual([{ given: 1 }]);
  expect(await give('bigint', 2)).toEqual([{ given: 2 }]);
  expect(await give('bigint', null)).toEqual([{ given: null }]);
  expect(described).toBe(1);
  expect(await give('text', 'ß \\ "')).toEqual([{ given: 'ß \\ "' }]);
  expect(described).toBe(2);
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

it('a value that cannot be written never leaves', async () => {
  const circular: unknown[] = [];
  circular.push({ circular });
  await expect(give('jsonb', { circular })).rejects.toThrow(/circular/i);
  expect(await give('bigint', 1)).toEqual([{ given: 1 }]);
});
