// Nobody reaches a row that is not theirs: every operation of the contract, as two users and as nobody.
import { beforeAll, describe, expect, it } from 'vitest';
import { type ContractOperation, loadContract } from '../src/contract/contract.ts';
import { problemOf, type Reply, startApi } from './support/api.ts';
import { addressOf, exampleBody, ownersOperations, serverOwnedFields } from './support/contract-requests.ts';
import { ownedTables, unbound } from './support/owner-predicate.ts';

const api = await startApi();
const contract = loadContract();
const operations = ownersOperations(contract);
const tables = await ownedTables(api.database.db);
const missing = 9_007_199_254_740_991;

/** Sends an operation as a user, on the path of an owner, for the item of an id. */
function send(
  operation: ContractOperation,
  as: string | undefined,
  owner: string,
  id: number,
  body?: unknown,
): Promise<Reply> {
  const json = body ?? exampleBody(contract, operation);
  return api.request(operation.method.toUpperCase(), addressOf(operation, owner, id), {
    ...(as !== undefined && { as }),
    ...(json !== undefined && { json }),
  });
}

/** Creates one item of each resource for a user, and gives back their ids by collection path. */
async function createAll(user: string): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (const operation of operations.filter(({ method }) => method === 'post')) {
    const reply = await send(operation, user, user, 0);
    expect(reply.status, reply.text).toBe(201);
    ids.set(operation.path, (reply.json as { id: number }).id);
  }
  return ids;
}

/** The id for an operation on an item: that of its collection. */
function idFor({ path }: ContractOperation, ids: Map<string, number>): number {
  const [, id] = [...ids].find(([collection]) => path.startsWith(`${collection}/`)) ?? [];
  return id ?? 0;
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

let alices: Map<string, number>;
beforeAll(async () => {
  alices = await createAll('alice');
  await createAll('mallory');
});

it('the contract has operations for owners, and the database has tables for them', () => {
  expect(operations.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['listTasks', 'createTask', 'getTask', 'updateTask', 'deleteTask', 'toggleTaskComplete']),
  );
  expect([...tables.keys()]).toEqual(expect.arrayContaining(['tasks', 'idempotency_keys']));
});

const onItems = operations.filter(({ parameters }) => parameters.some((p) => p.in === 'path' && !p.owner));
const withBody = operations.filter(({ hasBody }) => hasBody);
const named = (some: ContractOperation[]) => some.map((operation) => [operation.id, operation] as const);

/** Does something to the API and asserts that no row has changed. */
async function changingNothing(act: () => Promise<void>): Promise<void> {
  const before = await everything();
  await act();
  expect(await everything()).toEqual(before);
}

describe.each(named(operations))('%s', (_id, operation) => {
  it('is closed to nobody', () =>
    changingNothing(async () => {
      problemOf(await send(operation, undefined, 'alice', idFor(operation, alices)), 401);
    }));

  it("is closed on another's path, whether or not there is anything", () =>
    changingNothing(async () => {
      const there = await send(operation, 'mallory', 'alice', idFor(operation, alices));
      problemOf(there, 403);
      expect(visible(await send(operation, 'mallory', 'alice', missing))).toEqual(visible(there));
      expect(visible(await send(operation, 'mallory', 'nobody', missing))).toEqual(visible(there));
    }));

  it('sends no statement to an owned table that is not bound to the caller', async () => {
    for (const user of ['alice', 'mallory']) {
      const ids = await createAll(user);
      const from = api.statements.length;
      const reply = await send(operation, user, user, idFor(operation, ids));
      expect(reply.status, reply.text).toBeLessThan(300);
      const sent = api.statements.slice(from);
      expect(sent.length).toBeGreaterThan(0);
      expect(sent.map((statement) => unbound(statement, user, tables)).filter(Boolean)).toEqual([]);
    }
  });
});

it.each(named(onItems))(
  "%s finds another's item on one's own path as little as one that does not exist",
  (_id, operation) =>
    changingNothing(async () => {
      const reply = await send(operation, 'mallory', 'mallory', idFor(operation, alices));
      problemOf(reply, 404);
      expect(visible(reply)).toEqual(visible(await send(operation, 'mallory', 'mallory', missing)));
    }),
);

it.each(named(withBody))('%s refuses the fields of the server in its body', (_id, operation) =>
  changingNothing(async () => {
    for (const [field, value] of serverOwnedFields(contract, operation)) {
      const body = { ...(exampleBody(contract, operation) as object), [field]: value };
      const { errors } = problemOf(await send(operation, 'mallory', 'mallory', missing, body), 422);
      expect(errors).toMatchObject([{ pointer: `/${field}` }]);
    }
  }),
);

describe('all that was sent', () => {
  it('for a list, with every parameter that it has, is bound to the caller', async () => {
    const from = api.statements.length;
    for (const query of [
      '?status=pending',
      '?q=x',
      '?sort=title&order=desc',
      '?sort=due_date&limit=1',
      '?count=exact',
      '?offset=1',
      '?q=x&status=completed&count=exact',
    ]) {
      let address: string | undefined = `/api/alice/tasks${query}`;
      while (address !== undefined) {
        const reply: Reply = await api.request('GET', address, { as: 'alice' });
        expect(reply.status).toBe(200);
        address = /<(.*)>/.exec(reply.headers.get('link') ?? '')?.[1];
      }
    }
    const sent = api.statements.slice(from);
    expect(sent.length).toBeGreaterThan(7);
    expect(sent.map((statement) => unbound(statement, 'alice', tables)).filter(Boolean)).toEqual([]);
  });

  it('with an idempotency key is bound to the caller', async () => {
    const from = api.statements.length;
    for (const title of ['x', 'x', 'y']) {
      await api.request('POST', '/api/carol/tasks', {
        as: 'carol',
        json: { title },
        headers: { 'Idempotency-Key': 'k' },
      });
    }
    const sent = api.statements.slice(from);
    expect(sent.some(({ sql }) => sql.includes('idempotency_keys'))).toBe(true);
    expect(sent.map((statement) => unbound(statement, 'carol', tables)).filter(Boolean)).toEqual([]);
  });

  it("under another's precondition or key changes nothing of theirs", async () => {
    const before = await api.database.db('tasks').where({ user_id: 'alice' }).orderBy('id');
    const id = [...alices.values()][0];
    for (const tag of ['"1"', '*', '"9"']) {
      problemOf(
        await api.request('PUT', `/api/mallory/tasks/${id}`, {
          as: 'mallory',
          json: { title: 'x' },
          headers: { 'If-Match': tag },
        }),
        404,
      );
    }
    expect(await api.database.db('tasks').where({ user_id: 'alice' }).orderBy('id')).toEqual(before);
  });
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
  ])('refuses %s', (sql, bindings) => {
    expect(unbound({ sql, bindings }, 'alice', tables)).toContain('tasks');
  });

  it.each([
    ['select * from "users" where "id" = $1', ['x']],
    ['select * from "tasks" where "tasks"."user_id" = $1 and ("a" = $2 or "b" = $3) limit $4', ['alice', 1, 2, 3]],
    ['insert into "tasks" ("title", "user_id") values ($1, $2) returning "id"', ['x', 'alice']],
  ])('takes %s', (sql, bindings) => {
    expect(unbound({ sql, bindings }, 'alice', tables)).toBeUndefined();
  });
});
