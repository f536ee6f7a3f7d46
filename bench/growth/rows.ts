// A million tasks, of which three users have 10, 1,000 and 100,000; and what each index costs whoever adds to them.
import { migrate } from '../../src/database/migrate.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { median } from '../figures.ts';
import { execute } from '../postgres.ts';

/** The users to compare, by how many tasks they have: every `step`-th row is theirs. */
export const sizes = [10, 1_000, 100_000];
export const userOf = (size: number) => `user-${size}`;

const total = 1_000_000;

const users = `insert into users (id) select 'user-' || size from unnest(array[${sizes}]) size
  union all select 'other-' || i from generate_series(0, 898) i`;

/** `n` counts the rows of a user. One in five says milk, one in ten thousand zebra. */
const tasks = `insert into tasks (user_id, title, description, completed, due_date, created_at, updated_at)
  select user_id,
    (array['Buy milk', 'Book the dentist', 'Write the report', 'Water the plants', 'Call the bank'])[1 + n % 5]
      || case when n % 10000 = 0 then ' of the zebra ' else ' ' end || substr(md5(i::text), 1, 8),
    case when n % 3 > 0 then 'Before the end of week ' || n % 52 || ', and not a day later: it was promised' end,
    n % 4 = 0,
    case when n % 2 = 0 then timestamptz '2026-01-01' + (i::bigint * 7919 % 1000) * interval '1 day' end,
    moment, moment
  from generate_series(0, ${total - 1}) i,
    lateral (select case when i % 10 = 0 then 10 when i % 1000 = 1 then 1000 when i % 100000 = 2 then 100000 end as step) s,
    lateral (select coalesce(i / step, i / 899) as n, coalesce('user-' || ${total} / step, 'other-' || i % 899) as user_id) u,
    lateral (select timestamptz '2024-01-01' + i * interval '1 minute' as moment) m
  order by i`;

/** Indexes are made when the rows are there: that takes half as long. */
export async function fill(url: string): Promise<void> {
  const db = openPostgres({ url, poolMax: 2, statementTimeout: 0 });
  await migrate(db, { concurrent: true });
  await db.destroy();
  const indexes = await indexesOf(url);
  const dropped = indexes.map(({ name }) => `drop index ${name}`);
  const made = indexes.map(({ definition }) => definition);
  await execute(url, ...dropped, users, tasks, `set maintenance_work_mem = '1GB'`, ...made, 'vacuum analyze');
}

interface Index {
  name: string;
  definition: string;
  megabytes: number;
}

/** All but the primary key. */
async function indexesOf(url: string): Promise<Index[]> {
  const rows = await execute(
    url,
    `select indexname as name, indexdef as definition,
       pg_relation_size(format('%I', indexname)::regclass) / 1e6 as megabytes
     from pg_indexes where tablename = 'tasks' and indexname not like '%pkey' order by indexname`,
  );
  return rows.map(({ name, definition, megabytes }) => ({
    name: String(name),
    definition: String(definition),
    megabytes: Number(megabytes),
  }));
}

export interface IndexCost {
  name: string;
  megabytes: number;
  /** What a row costs less without it, in microseconds. */
  time: number;
  /** And in bytes of the write-ahead log. */
  log: number;
}

const added = 5_000;
const addition = `explain (analyze, wal, timing off, format json)
  insert into tasks (user_id, title, description, due_date)
  select 'other-' || i % 899, 'Buy milk ' || md5(i::text), 'Two litres, the green one, before the shop closes', now()
  from generate_series(1, ${added}) i`;

/** Without the index, within a transaction that is taken back. */
export async function indexCosts(url: string): Promise<{ all: IndexCost; each: IndexCost[] }> {
  const indexes = await indexesOf(url);
  const whole: Insertion[] = [];
  const each = [];
  for (const { name, megabytes } of indexes) {
    const less: Insertion[] = [];
    for (let run = 0; run < 5; run += 1) {
      const all = await insertion(url);
      const others = await insertion(url, `drop index ${name}`);
      whole.push(all);
      less.push({ time: all.time - others.time, log: all.log - others.log });
    }
    each.push({ name, megabytes, ...medians(less) });
  }
  const megabytes = indexes.reduce((total, index) => total + index.megabytes, 0);
  return { all: { name: 'a row with all of them', megabytes, ...medians(whole) }, each };
}

type Insertion = Pick<IndexCost, 'time' | 'log'>;

async function insertion(url: string, ...before: string[]): Promise<Insertion> {
  await execute(url, 'vacuum tasks'); // what was taken back before would be in the way
  const [row = {}] = await execute(url, 'begin', ...before, addition); // and is taken back, as the connection ends
  const [{ Plan, 'Execution Time': milliseconds }] = row['QUERY PLAN'] as [Explained]; // as EXPLAIN prints it
  return { time: (milliseconds * 1000) / added, log: Number(Plan['WAL Bytes']) / added };
}

function medians(insertions: Insertion[]): Insertion {
  return { time: median(insertions.map(({ time }) => time)), log: median(insertions.map(({ log }) => log)) };
}

interface Explained {
  Plan: Record<string, unknown>;
  'Execution Time': number;
}
