// Rows within others, rows that name others, and values that only one row may have: what resources of every kind rely on.
import type { Knex } from 'knex';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Column, type Contract, loadContract } from '../src/contract/contract.ts';
import type { ContractOperation } from '../src/contract/contract-operation.ts';
import { OwnedModel } from '../src/database/models.ts';
import type { OwnedRows } from '../src/database/owned.ts';
import { Scope } from '../src/database/scope.ts';
import { Statements } from '../src/database/statements.ts';
import { Turns } from '../src/database/turns.ts';
import { createDatabase } from './support/database.ts';

const { db, close } = await createDatabase();
afterAll(close);

/** The steps of a task; a step can come after another one. */
class Step extends OwnedModel {
  static override readonly tableName = 'steps';
  static override readonly schema = 'Task'; // stands for the schema of a step, which this contract has not
  static override readonly parents = { task_id: 'tasks' };
}

await db.raw('alter table tasks add unique (user_id, id)');
await db.raw(`
  create table steps (
    id bigint generated always as identity primary key,
    user_id text not null constraint steps_owner_fkey references users,
    task_id bigint not null,
    after_id bigint,
    made_by_owner bigint,
    "order" int,
    code text,
    slug text,
    pattern bigint,
    "limit" bigint,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    version bigint not null default 1,
    constraint steps_task_id_fkey foreign key (user_id, task_id) references tasks (user_id, id),
    constraint steps_after_id_fkey foreign key (user_id, after_id) references steps (user_id, id),
    constraint steps_made_by_owner_fkey foreign key (user_id, made_by_owner) references steps (user_id, id),
    constraint steps_code_key unique (user_id, code),
    constraint steps_p1_user_id_slug_key unique (user_id, slug),
    unique (user_id, id)
  )`);

const integer: Column = { types: ['integer'], nullable: false, dateTime: false };
const text: Column = { types: ['string'], nullable: true, dateTime: false };
const moment: Column = { types: ['string'], nullable: false, dateTime: true };
const columns = {
  id: integer,
  task_id: integer,
  after_id: integer,
  order: integer,
  code: text,
  slug: text,
  created_at: moment,
};
const known = loadContract();
const contract: Contract = {
  ...known,
  columns: { ...known.columns, Task: columns, TaskCreate: { id: integer, code: text } },
};
const operation = known.operations.find(({ id }) => id === 'listTasks') as ContractOperation;
const everything = { limit: 50, offset: 0, count: 'none' } as const;
const oldestFirst = { ...everything, sort: 'created', order: 'asc' } as const;

const statements = new Statements();
const scopeOf = (id: string, session: Knex = db, listed: ContractOperation = operation, turns = new Turns()) =>
  new Scope({
    db: session,
    statements,
    turns,
    contract,
    operation: listed,
    principal: { id, email: null },
  });

/** The rows as the table has them, whatever the schema says that stands for theirs. */
type StepRow = Record<'id' | 'order' | 'after_id' | 'made_by_owner', number> &
  Record<'code' | 'slug' | 'created_at', string>;
const stepsWithin = (scope: Scope, task_id: number) => scope.rows(Step, { task_id }) as unknown as OwnedRows<StepRow>;

/** The steps of a new task of this user. */
async function stepsOf(user: string) {
  await db('users').insert({ id: user }).onConflict('id').ignore();
  const [{ id: task_id }] = await db('tasks').insert({ user_id: user, title: 'x' }).returning('id');
  return { task_id, steps: stepsWithin(scopeOf(user), task_id) };
}

describe('rows within another', () => {
  it('are those of that one, and may be none', async () => {
    const { steps } = await stepsOf('alice');
    const { steps: others } = await stepsOf('alice');
    expect((await steps.page(everything)).rows.parse()).toEqual([]);
    const { row } = await steps.create({ order: 1 });
    expect(row).toMatchObject({ order: 1, code: null });
    expect((await steps.page(everything)).rows.parse()).toEqual([row]);
    expect((await others.page(everything)).rows.parse()).toEqual([]);
    await expect(others.find({ id: row.id })).rejects.toMatchObject({ kind: 'NotFound' });
  });

  it('are not found where that one is not, or is not the caller’s', async () => {
    const { task_id } = await stepsOf('alice');
    for (const within of [{ task_id }, { task_id: 999_999 }]) {
      const steps = scopeOf('mallory').rows(Step, within);
      await expect(steps.page(everything)).rejects.toMatchObject({ kind: 'NotFound' });
    }
    await db('users').insert({ id: 'mallory' });
    await expect(stepsWithin(scopeOf('mallory'), task_id).create({ order: 1 })).rejects.toMatchObject({
      kind: 'NotFound',
    });
  });
});

it('what is asked of a table is told apart by the operation and by the schema', async () => {
  class Label extends OwnedModel {
    static override readonly tableName = 'steps';
    static override readonly schema = 'TaskCreate'; // stands for another schema of the same table
    static override readonly parents = { task_id: 'tasks' };
  }
  const { steps, task_id } = await stepsOf('alice');
  for (const code of ['open', 'done']) await steps.create({ code });
  const filters = (code: string) => [{ parameter: 'status', conditions: { pending: { code } } }];
  const listing = (code: string) => ({ ...operation.listing, filters: filters(code) });
  const pending = { ...everything, status: 'pending' };
  const listed = (id: string, code: string) =>
    scopeOf('alice', db, { ...operation, id: id as never, listing: listing(code) });
  const page = async (rows: Pick<OwnedRows<object>, 'page'>) => (await rows.page(pending)).rows.parse();
  expect(await page(listed('listSteps', 'open').rows(Step, { task_id }))).toMatchObject([{ code: 'open' }]);
  expect(await page(listed('listOtherSteps', 'done').rows(Step, { task_id }))).toMatchObject([{ code: 'done' }]);
  const labels = listed('listSteps', 'open').rows(Label, { task_id });
  expect(await page(labels)).toEqual([{ id: expect.any(Number), code: 'open' }]);
});

it.each([undefined, 2])(
  'a page is as long as it is asked to be, where the contract allows %s at most',
  async (longest) => {
    const { task_id, steps } = await stepsOf('alice');
    for (let n = 0; n < 4; n += 1) await steps.create({ order: n });
    const scope = scopeOf('alice', db, {
      ...operation,
      id: `of ${longest}` as never,
      listing: { ...operation.listing, longest },
    });
    const { rows, next } = await scope.rows(Step, { task_id }).page({ ...everything, limit: longest ?? 3 });
    expect(rows.parse()).toHaveLength(longest ?? 3);
    expect(next).toBeDefined();
  },
);

it('a row that is named by a value can get another one', async () => {
  const { steps } = await stepsOf('alice');
  const { row } = await steps.create({ code: 'old' });
  expect((await steps.update({ code: 'old' }, { code: 'new' })).row).toEqual({ ...row, code: 'new' });
  expect((await steps.find({ id: row.id })).row).toEqual({ ...row, code: 'new' });
});

it('what rows are within may be called what a page is asked for', async () => {
  class Stitch extends OwnedModel {
    static override readonly tableName = 'steps';
    static override readonly schema = 'Task'; // stands for another one
    static override readonly parents = { pattern: 'tasks', limit: 'tasks' };
  }
  const { task_id } = await stepsOf('alice');
  const search = { parameter: 'q', columns: ['code'] };
  const listing = { ...operation.listing, search };
  const listed = { ...operation, id: 'listStitches' as never, listing };
  const stitches = scopeOf('alice', db, listed).rows(Stitch, { pattern: task_id, limit: task_id });
  for (const code of ['sew', 'knit', 'sewn']) {
    await db('steps').insert({ user_id: 'alice', task_id, pattern: task_id, limit: task_id, code });
  }
  const codes = async (query: object) =>
    (await stitches.page({ ...oldestFirst, ...query })).rows.parse().map((row) => (row as { code?: string }).code);
  expect(await codes({ q: 'SEW' })).toEqual(['sew', 'sewn']);
  expect(await codes({ limit: 1 })).toEqual(['sew']);
  expect(await codes({ limit: 1, offset: 1 })).toEqual(['knit']);
});

it('numbered pages wait for nothing while their owner searches', async () => {
  const { task_id, steps } = await stepsOf('alice');
  for (let n = 0; n < 2; n += 1) await steps.create({ order: n });
  const turns = new Turns();
  const searching = new Promise<void>((resolve) => onTestFinished(() => resolve()));
  turns.take('alice', () => searching);
  const rows = scopeOf('alice', db, operation, turns).rows(Step, { task_id });
  expect((await rows.page({ ...oldestFirst, offset: 1 })).rows.parse()).toHaveLength(1);
});

it('a write that comes after the end of its transaction is not done', async () => {
  const { task_id, steps } = await stepsOf('alice');
  let late: Promise<unknown> | undefined;
  const failing = scopeOf('alice').transaction(async (scope) => {
    const within = stepsWithin(scope, task_id);
    await within.create({ order: 1 });
    late = failing.catch(() => within.create({ order: 2 }));
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await expect(late).rejects.toThrow('the transaction is over');
  expect((await steps.page(everything)).rows.parse()).toEqual([]);
});

it('rows as text are rows in other JSON', async () => {
  const { steps } = await stepsOf('alice');
  const { row } = await steps.create({ code: 'text' });
  const { rows } = await steps.page(everything);
  expect(JSON.parse(JSON.stringify({ rows }))).toEqual({ rows: [row] });
});

it('a row can name no row that is not there and of its owner', async () => {
  const { steps } = await stepsOf('alice');
  const { row: theirs } = await (await stepsOf('bob')).steps.create({ order: 1 });
  const { row: first } = await steps.create({ order: 1 });
  expect((await steps.create({ order: 2, after_id: first.id })).row).toMatchObject({ after_id: first.id });
  for (const id of [theirs.id, 999_999]) {
    for (const column of ['after_id', 'made_by_owner']) {
      await expect(steps.create({ order: 2, [column]: id })).rejects.toMatchObject({
        kind: 'UnprocessableContent',
        errors: [{ pointer: `/${column}`, code: 'reference' }],
      });
    }
  }
});

it('a value that only one row may have is one among those of an owner', async () => {
  const { steps } = await stepsOf('alice');
  await steps.create({ code: 'a' });
  await expect(steps.create({ code: 'a' })).rejects.toMatchObject({
    kind: 'Conflict',
    errors: [{ pointer: '/code', code: 'unique' }],
  });
  expect((await (await stepsOf('bob')).steps.create({ code: 'a' })).row).toMatchObject({ code: 'a' });
});

it('of a value that is taken in a partition it is said which one it is', async () => {
  const { steps } = await stepsOf('alice');
  await steps.create({ slug: 'a' });
  await expect(steps.create({ slug: 'a' })).rejects.toMatchObject({ kind: 'Conflict', errors: [{ pointer: '/slug' }] });
});

it('what a constraint of another name refuses is refused, and no column is named that there is not', async () => {
  await db.raw('create unique index one_last_step on steps (user_id) where "order" = 99');
  const { steps } = await stepsOf('alice');
  const { row: last } = await steps.create({ order: 99 });
  const { row: other } = await steps.create({ order: 1 });
  for (const write of [steps.create({ order: 99 }), steps.update({ id: other.id }, { order: 99 })]) {
    await expect(write).rejects.toMatchObject({ kind: 'Conflict', errors: undefined });
  }
  await db.raw('alter table steps rename constraint steps_after_id_fkey to is_after');
  await expect(steps.create({ after_id: 999_999 })).rejects.toMatchObject({
    kind: 'UnprocessableContent',
    errors: undefined,
  });
  await steps.create({ after_id: last.id });
  await expect(steps.remove({ id: last.id })).rejects.toMatchObject({ kind: 'Conflict', errors: undefined });
  await db.raw('alter table steps rename constraint is_after to steps_after_id_fkey');
  await expect(steps.remove({ id: last.id })).rejects.toMatchObject({ kind: 'Conflict', errors: undefined });
});

it.each(['UTC', 'Asia/Kolkata', 'Europe/Berlin', 'America/New_York', 'Pacific/Kiritimati'])(
  'the moments of a page are in UTC, read in a session in %s',
  async (zone) => {
    const moments = [
      '0001-01-01T00:00:00.000Z',
      '0099-06-01T12:00:00.000Z',
      '1890-01-01T00:00:00.250Z',
      '2026-03-01T09:00:00.000Z',
      '2026-03-01T09:00:00.500Z',
      '9999-12-31T23:59:59.999Z',
    ];
    const { steps, task_id } = await stepsOf(`in ${zone}`);
    for (const created_at of moments) await steps.create({ created_at });
    await db.transaction(async (session) => {
      await session.raw(`set local timezone to '${zone}'`);
      const { rows } = await scopeOf(`in ${zone}`, session).rows(Step, { task_id }).page(oldestFirst);
      expect(rows.parse().map(({ created_at }) => created_at)).toEqual(moments);
    });
  },
);
