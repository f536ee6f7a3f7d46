// Migrations on PostgreSQL while others read and write: who has to wait for what, and for how long.
import type { Knex } from 'knex';
import { expect, it, onTestFinished } from 'vitest';
import { nothing } from '../../../src/cli/resource/migrations/difference.ts';
import { planMigrations } from '../../../src/cli/resource/migrations/plan.ts';
import { tablesOf } from '../../../src/cli/resource/migrations/tables.ts';
import { openPostgres } from '../../../src/database/postgres.ts';
import type { Watch } from '../../../src/database/statements.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { folders, integer, moment, type Notes, nullable, resources, text } from '../migrations/notes.ts';
import { creating, load } from '../migrations/project.ts';

const rows = 100_000;
const title = { ...text(200), 'x-index': true };
const state = (...values: string[]) => ({ type: 'string', enum: values });
const searched = (...columns: string[]) => ({
  name: 'q',
  in: 'query',
  'x-search': columns,
  schema: { type: 'string' },
});

/** A contract and one that differs from it in every way that there is. */
const before: Notes = {
  properties: { title, due: nullable(text(40)), state: state('open', 'late'), rank: nullable(integer), old: text(9) },
  ...folders,
};
const after: Notes = {
  properties: {
    name: { ...text(300), 'x-renamed-from': 'title', 'x-index': true },
    due: nullable(moment),
    state: state('open', 'done'),
    rank: { ...integer, default: 1 },
    code: nullable({ ...text(20), 'x-unique': true }),
    pinned: { type: 'boolean', default: false },
    folder_id: nullable({ ...integer, minimum: 1, 'x-references': 'Folder' }),
  },
  parameters: [searched('name')],
  ...folders,
};

const plan = planMigrations(resources(after), tablesOf(resources(before)), {
  drop: ['notes.old'],
  narrow: ['notes.state'],
  convert: ['notes.due'],
  fill: { 'notes.state': 'open' },
});

/** A database with the tables of `before` and many rows. */
async function filled(): Promise<TestDatabase & { url: string }> {
  const database = await createDatabase();
  onTestFinished(() => database.close());
  const { db, url = '' } = database;
  await (await creating(tablesOf(resources(before)))).up(db);
  await db.raw(`insert into users (id) select 'user ' || n from generate_series(1, 100) as n`);
  await db.raw(
    `insert into notes (user_id, title, due, state, rank, old)
     select 'user ' || 1 + n % 100, 'note ' || n, case when n % 3 = 0 then '2026-01-01T00:00:00Z' end,
       case when n % 2 = 0 then 'late' else 'open' end, nullif(n % 5, 0), 'x' from generate_series(1, ?) as n`,
    [rows],
  );
  return { ...database, url };
}

/** A pool of its own, known to the server by a name. */
function open(url: string, name: string, watch?: Watch): Knex {
  const db = openPostgres({ url: `${url}?application_name=${name}`, poolMax: 2, statementTimeout: 0, watch });
  onTestFinished(() => db.destroy());
  return db;
}

/** Statements that look at all rows; the others are over at once. */
const long = /^\s*(update|alter table \S+ validate|create (?:unique )?index)/;

it('what goes over all rows holds up neither readers nor writers', async () => {
  const { url } = await filled();
  const [observer, tables] = [open(url, 'observer'), ['notes', 'folders', 'users']];
  const locks = new Map<string, Set<string>>();
  const sent: string[] = [];
  const watch: Watch = async (sql, run) => {
    sent.push(sql);
    const kind = long.exec(sql)?.[1];
    if (kind === undefined) return run();
    const seen = locks.get(kind) ?? new Set();
    locks.set(kind, seen);
    let running = true;
    const look = async () => {
      do {
        const { rows: held } = await observer.raw(
          `select mode from pg_locks join pg_stat_activity using (pid)
           where application_name = 'migrator' and granted and locktype = 'relation' and relation = any(?::regclass[])`,
          [tables],
        );
        for (const { mode } of held) seen.add(mode);
      } while (running);
    };
    const looking = look();
    try {
      return await run();
    } finally {
      running = false;
      await looking;
    }
  };
  const migrator = open(url, 'migrator', watch);
  const file = async () => (await observer.raw(`select pg_relation_filenode('notes') as file`)).rows[0].file;
  const original = await file();
  await (await load(plan.before?.text ?? '')).up(migrator);
  expect([...locks.keys()].sort()).toEqual([
    'alter table "notes" validate',
    'create index',
    'create unique index',
    'update',
  ]);
  const harmless = ['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock'];
  for (const [kind, modes] of locks) {
    expect([kind, [...modes].filter((mode) => !harmless.includes(mode))]).toEqual([kind, []]);
  }
  expect(locks.get('update')).toContain('RowExclusiveLock'); // so locks are seen at all
  // What has the table for itself must not read it: constraints are new to nobody, and `not null` is known to hold.
  expect(
    sent.filter((sql) => /add constraint \S+ (check|foreign key)/.test(sql) && !sql.endsWith('not valid')),
  ).toEqual([]);
  const required = sent.findIndex((sql) => sql.endsWith('set not null'));
  expect(sent.slice(0, required).some((sql) => /validate constraint "notes_\w+_is_there"$/.test(sql))).toBe(true);
  expect(await file()).toBe(original); // the table was never written anew
});

it('requests go on meanwhile, and what they write ends up as the rows that were there', async () => {
  const { url } = await filled();
  const kept: Notes = {
    ...before,
    properties: { ...before.properties, title: text(300), due: nullable(moment), rank: { ...integer, default: 1 } },
  };
  const { before: migration } = planMigrations(resources(kept), tablesOf(resources(before)), {
    ...nothing,
    convert: ['notes.due'],
  });
  const requests = open(url, 'requests');
  const during = { reading: 0, writing: 0 };
  const failures: unknown[] = [];
  let [filling, ended] = [false, false];
  /** Given up after 1.5 s, as a request is. */
  const again = async (what: keyof typeof during, sql: string) => {
    while (!ended) {
      const asked = requests.transaction(async (trx) => {
        await trx.raw(`set local statement_timeout = '1500ms'`);
        await trx.raw(sql);
        if (filling) during[what] += 1;
      });
      // In the end a rank has to be there, and a note without one is refused.
      await asked.catch((error) => error.code === '23502' || failures.push(error));
    }
  };
  const writes = `insert into notes (user_id, title, due, state, old) values ('user 7', 'new', '2026-01-01T00:00:00Z', 'late', 'x')`;
  const asking = [again('reading', `select count(*) from notes where user_id = 'user 7'`), again('writing', writes)];
  const migrator = open(url, 'migrator', (sql, run) => {
    filling = long.test(sql);
    return run();
  });
  const { up } = await load(migration?.text ?? '');
  await up(migrator).finally(() => {
    ended = true;
  });
  await Promise.all(asking);
  expect(failures).toEqual([]);
  expect(during.reading).toBeGreaterThan(0);
  expect(during.writing).toBeGreaterThan(0);
  const written = await migrator('notes').where({ title: 'new' }).distinct('due', 'rank');
  expect(written).toEqual([{ due: '2026-01-01T00:00:00.000Z', rank: 1 }]);
  const { rows: others } = await migrator.raw(
    `select count(*) from notes where rank is null or (title like 'note %' and (due is null) <> (split_part(title, ' ', 2)::int % 3 <> 0))`,
  );
  expect(others).toEqual([{ count: 0 }]);
});

it('a table that is in use is waited for only as long as others can bear', async () => {
  const { url } = await filled();
  const [reader, others] = [open(url, 'reader'), open(url, 'others')];
  const slow = await reader.transaction();
  await slow.raw('select from notes limit 1'); // and it does not end
  let attempts = 0;
  const migrator = open(url, 'migrator', (sql, run) => {
    if (sql.startsWith('set local lock_timeout')) attempts += 1;
    return run();
  });
  const { up } = await load(plan.before?.text ?? '');
  let ended = false;
  const migrating = up(migrator).finally(() => {
    ended = true;
  });
  while (attempts < 3 && !ended) {
    await others.transaction(async (trx) => {
      await trx.raw(`set local statement_timeout = '1500ms'`);
      await trx.raw(`select count(*) from notes where user_id = 'user 7'`);
    });
  }
  expect(ended).toBe(false);
  await slow.commit();
  await migrating;
  expect(await others('notes').first()).toHaveProperty('name');
});
