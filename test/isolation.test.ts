// Nobody reaches a row that is not theirs: every operation of the contract, as two users and as nobody.
import { describe, expect, it } from 'vitest';
import { loadContract } from '../src/contract/contract.ts';
import type { ContractOperation } from '../src/contract/contract-operation.ts';
import { problemOf, type Reply, startApi } from './support/api.ts';
import { addressOf, namesItem, type Place, serverOwnedFields, usersOperations } from './support/contract-requests.ts';
import { Items, seedShared } from './support/items.ts';
import { queriesOf } from './support/list-queries.ts';
import { ofRequests, ownedTables, unbound } from './support/owner-predicate.ts';

const api = await startApi();
const contract = loadContract();
const operations = usersOperations(contract);
const tables = await ownedTables(api.database.db);
const shared = await seedShared(api.database.db, contract);
const items = new Items(
  contract,
  ({ operation, address, user, json }) =>
    api.request(operation.method.toUpperCase(), address, { as: user, ...(json !== undefined && { json }) }),
  shared,
);
const missing = '9007199254740991';

/** Sends an operation as a user, to a place. */
function send(operation: ContractOperation, as: string | undefined, place: Place, json?: unknown): Promise<Reply> {
  return api.request(operation.method.toUpperCase(), addressOf(operation, place), {
    ...(as !== undefined && { as }),
    ...(json !== undefined && { json }),
  });
}

/** A place with other owners, or other items, in it. */
function elsewhere(
  { parameters }: ContractOperation,
  place: Place,
  { owner, item }: { owner?: string; item?: string },
): Place {
  const values = parameters
    .filter((parameter) => parameter.in === 'path')
    .map((parameter) => [parameter.name, (parameter.owner ? owner : item) ?? place[parameter.name]]);
  return Object.fromEntries(values);
}

/** Every row of every owned table. */
async function everything(): Promise<unknown> {
  const rows = [...tables.keys()].map((table) => api.database.db(table).orderBy(1));
  return Promise.all(rows);
}

/** All that a caller can see of a reply, but for its id and the time. */
function visible({ status, headers, text }: Reply): unknown {
  const names = [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
  return { status, headers: names, text: text.replaceAll(headers.get('x-request-id') ?? '', 'ID') };
}

it('the contract has operations for owners, and the database has tables for them', () => {
  expect(operations.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['listTasks', 'createTask', 'getTask', 'updateTask', 'deleteTask', 'toggleTaskComplete']),
  );
  expect([...tables.keys()]).toEqual(expect.arrayContaining(['tasks', 'idempotency_keys']));
});

const ofOwners = operations.filter((operation) => items.resourceOf(operation)?.owner !== 'nobody');
const onPaths = operations.filter(({ ownerParameter }) => ownerParameter !== undefined);
const onItems = ofOwners.filter(namesItem);
const withBody = operations.filter(({ body }) => body !== 'none');
const lists = operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));
const referring = withBody.flatMap((operation) =>
  (items.resourceOf(operation)?.fields ?? [])
    .filter(({ references, sent }) => references !== undefined && sent !== undefined)
    .map(({ name }) => [operation.id, name, operation] as const),
);
const named = (some: ContractOperation[]) => some.map((operation) => [operation.id, operation] as const);

/** Does something to the API and asserts that no row has changed. */
async function changingNothing(act: () => Promise<void>): Promise<void> {
  const before = await everything();
  await act();
  expect(await everything()).toEqual(before);
}

/** The statements since then that are not bound to a user. */
function unboundSince(from: number, user: string): (string | undefined)[] {
  const sent = ofRequests(api.statements.slice(from));
  expect(sent.length).toBeGreaterThan(0);
  return sent.map((statement) => unbound(statement, user, tables)).filter(Boolean);
}

describe.each(named(operations))('%s', (_id, operation) => {
  it('is closed to nobody', async () => {
    const place = await items.place(operation, 'alice');
    const body = await items.body(operation, 'alice');
    await changingNothing(async () => {
      problemOf(await send(operation, undefined, place, body), 401);
    });
  });

  it('sends no statement to an owned table that is not bound to the caller', async () => {
    for (const user of ['alice', 'mallory']) {
      const place = await items.place(operation, user);
      const body = await items.body(operation, user);
      const from = api.statements.length;
      const reply = await send(operation, user, place, body);
      items.forget(user); // it may have been deleted
      // An example cannot name rows that are there: an operation that somebody has written may find nothing.
      const isOwn = items.resourceOf(operation) === undefined;
      if (!(isOwn && reply.status === 404)) expect(reply.status, reply.text).toBeLessThan(300);
      expect(unboundSince(from, user)).toEqual([]);
    }
  });
});

it.each(named(onPaths))("%s is closed on another's path, whether or not there is anything", async (_id, operation) => {
  const place = await items.place(operation, 'alice');
  const body = await items.body(operation, 'mallory');
  await changingNothing(async () => {
    const there = await send(operation, 'mallory', place, body);
    problemOf(there, 403);
    for (const other of [{ item: missing }, { owner: 'nobody', item: missing }]) {
      expect(visible(await send(operation, 'mallory', elsewhere(operation, place, other), body))).toEqual(
        visible(there),
      );
    }
  });
});

it.each(named(onItems))(
  "%s finds another's item on one's own path as little as one that does not exist",
  async (_id, operation) => {
    const alices = await items.place(operation, 'alice');
    const own = await items.place(operation, 'mallory');
    const body = await items.body(operation, 'mallory');
    await changingNothing(async () => {
      for (const { name } of operation.parameters.filter((parameter) => parameter.in === 'path' && !parameter.owner)) {
        const reply = await send(operation, 'mallory', { ...own, [name]: alices[name] ?? '' }, body);
        problemOf(reply, 404);
        expect(visible(reply)).toEqual(visible(await send(operation, 'mallory', { ...own, [name]: missing }, body)));
      }
    });
  },
);

it.each(referring)(
  "%s takes another's item as %s as little as one that does not exist",
  async (_id, field, operation) => {
    const place = await items.place(operation, 'mallory');
    const body = await items.body(operation, 'mallory');
    const references = items.resourceOf(operation)?.fields.find(({ name }) => name === field)?.references ?? '';
    const alices = await items.existingOf(references, 'alice');
    await changingNothing(async () => {
      const reply = await send(operation, 'mallory', place, { ...body, [field]: alices });
      expect(problemOf(reply, 422).errors).toMatchObject([{ pointer: `/${field}`, code: 'reference' }]);
      const nothing = await send(operation, 'mallory', place, { ...body, [field]: Number(missing) });
      expect(visible(reply)).toEqual(visible(nothing));
    });
  },
);

it.each(named(withBody))('%s refuses the fields of the server in its body', async (_id, operation) => {
  const place = await items.place(operation, 'mallory');
  const fine = await items.body(operation, 'mallory');
  await changingNothing(async () => {
    for (const [field, value] of serverOwnedFields(contract, operation)) {
      const { errors } = problemOf(await send(operation, 'mallory', place, { ...fine, [field]: value }), 422);
      expect(errors).toMatchObject([{ pointer: `/${field}` }]);
    }
  });
});

it.each(named(lists))('%s is bound to the caller with every parameter that it has', async (_id, operation) => {
  for (let count = 0; count < 2; count += 1) await items.another(operation, 'alice');
  const collection = addressOf(operation, await items.place(operation, 'alice'));
  const from = api.statements.length;
  for (const query of queriesOf(operation)) {
    let address: string | undefined = `${collection}?${query}`;
    while (address !== undefined) {
      const reply: Reply = await api.request('GET', address, { as: 'alice' });
      expect(reply.status, reply.text).toBe(200);
      address = /<(.*)>/.exec(reply.headers.get('link') ?? '')?.[1];
    }
  }
  expect(unboundSince(from, 'alice')).toEqual([]);
});

describe('all that was sent', () => {
  it('with an idempotency key is bound to the caller', async () => {
    const from = api.statements.length;
    for (const title of ['x', 'x', 'y']) {
      await api.request('POST', '/api/carol/tasks', {
        as: 'carol',
        json: { title },
        headers: { 'Idempotency-Key': 'k' },
      });
    }
    expect(api.statements.slice(from).some(({ sql }) => sql.includes('idempotency_keys'))).toBe(true);
    expect(unboundSince(from, 'carol')).toEqual([]);
  });

  it("under another's precondition or key changes nothing of theirs", async () => {
    const id = await items.existing('/api/{user_id}/tasks', 'alice');
    await changingNothing(async () => {
      for (const tag of ['"1"', '*', '"9"']) {
        const headers = { 'If-Match': tag };
        const address = `/api/mallory/tasks/${id}`;
        problemOf(await api.request('PUT', address, { as: 'mallory', json: { title: 'x' }, headers }), 404);
      }
    });
  });
});

it('requests of the same moment get the rows of their own callers', async () => {
  const callers = Array.from({ length: 30 }, (_, n) => `caller-${n}`);
  const created = await Promise.all(
    callers.map((as) => api.request('POST', `/api/${as}/tasks`, { as, json: { title: `of ${as}` } })),
  );
  const ids = created.map(({ json }) => (json as { id: number }).id);
  await Promise.all(
    callers.flatMap((as, n) => {
      const ownOnly = { user_id: as, title: `of ${as}`, id: ids[n] };
      const read = (path: string) => api.request('GET', `/api/${as}/tasks${path}`, { as });
      return [
        read('').then(({ json }) => expect(json).toMatchObject([ownOnly])),
        read(`/${ids[n]}`).then(({ json }) => expect(json).toMatchObject(ownOnly)),
        read('?status=pending&sort=title').then(({ json }) => expect(json).toMatchObject([ownOnly])),
        read(`/${ids[(n + 1) % ids.length]}`).then((reply) => problemOf(reply, 404)),
        read('?q=of&count=exact').then(({ json }) => expect(json).toMatchObject([ownOnly])),
      ];
    }),
  );
});

describe('the inspection of statements', () => {
  it.each([
    ['select * from "tasks" where "id" = $1', [1]],
    ['select * from "tasks"', []],
    ['select * from "tasks" where "user_id" = $1', ['bob']],
    ['select * from "tasks" where "user_id" = $1 or "id" = $2', ['alice', 1]],
    ['select * from "tasks" where ("user_id" = $1 or "id" = $2)', ['alice', 1]],
    ['select * from "tasks" where "user_id" <> $1', ['alice']],
    ['select * from "users" where exists (select 1 from "tasks" where "id" = $1)', [1]],
    ['select count(*) from (select "tasks".* from "tasks" where "id" = $1) as "temp"', [1]],
    ['update "tasks" set "user_id" = $1 where "id" = $2', ['alice', 1]],
    ['delete from "tasks" where "id" = $1 and "version" in ($2)', [1, 'alice']],
    ['insert into "tasks" ("title", "user_id") values ($1, $2)', ['alice', 'bob']],
    ['insert into "tasks" ("title") values ($1)', ['x']],
    ['insert into "tasks" ("title", "user_id") values ($1, $2), ($3, $4)', ['x', 'alice', 'y', 'bob']],
    ['select * from "users", "tasks" where "users"."id" = $1', ['alice']],
    ['select * from "tasks", "tasks" as "others" where "tasks"."user_id" = $1', ['alice']],
    ['select * from "public"."tasks" where "id" = $1', [1]],
    ['select * from "users" join "tasks" on true where "users"."id" = $1', ['alice']],
    ['select * from "tasks" as "t" where "x"."user_id" = $1', ['alice']],
    ['delete from "users" using "tasks" where "users"."id" = $1', ['alice']],
    ['update "users" set "email" = $1 from "tasks" where "user_id" = $2', ['x', 'alice']],
  ])('refuses %s', (sql, bindings) => {
    expect(unbound({ sql, bindings }, 'alice', tables)).toContain('tasks');
  });

  it.each([
    ['select * from "users" where "id" = $1', ['x']],
    ['select * from "tasks" where "tasks"."user_id" = $1 and ("a" = $2 or "b" = $3) limit $4', ['alice', 1, 2, 3]],
    ['insert into "tasks" ("title", "user_id") values ($1, $2) returning "id"', ['x', 'alice']],
    ['select * from "tasks" as "t", "users" where "t"."user_id" = $1', ['alice']],
  ])('takes %s', (sql, bindings) => {
    expect(unbound({ sql, bindings }, 'alice', tables)).toBeUndefined();
  });
});
