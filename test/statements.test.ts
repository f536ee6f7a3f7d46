// What a request asks of the database on its usual path: one statement, whatever it is.
import { describe, expect, it } from 'vitest';
import { loadContract } from '../src/contract/contract.ts';
import { Statements } from '../src/database/statements.ts';
import { createTask, startApi } from './support/api.ts';
import { addressOf, usersOperations } from './support/contract-requests.ts';
import { Items, seedShared } from './support/items.ts';
import { ofRequests } from './support/owner-predicate.ts';

const api = await startApi();
const contract = loadContract();
const items = new Items(
  contract,
  ({ operation, address, user, json }) => api.request(operation.method.toUpperCase(), address, { as: user, json }),
  await seedShared(api.database.db, contract),
);
await createTask(api, 'alice', { title: 'the first write of a user costs more' });

const made = usersOperations(contract).filter((operation) => items.resourceOf(operation) !== undefined);

it.each(made.map((operation) => [operation.id, operation] as const))(
  '%s sends one statement',
  async (_id, operation) => {
    await items.another(operation, 'alice'); // a list without rows is asked whether what they are part of is there
    const address = addressOf(operation, await items.place(operation, 'alice'));
    const json = await items.body(operation, 'alice');
    items.forget('alice'); // it may be deleted
    const from = api.statements.length;
    const options = { as: 'alice', json, headers: { 'If-Match': '"1"' } };
    const reply = await api.request(operation.method.toUpperCase(), address, options);
    expect(reply.status, reply.text).toBeLessThan(300);
    expect(ofRequests(api.statements.slice(from)).map(({ sql }) => sql)).toHaveLength(1);
  },
);

it('the order in which a body has its fields makes no other statement', async () => {
  const { id } = await createTask(api, 'alice', { title: 'x' });
  const from = api.statements.length;
  for (const json of [
    { title: 'y', completed: true },
    { completed: false, title: 'z' },
  ]) {
    expect((await api.request('PUT', `/api/alice/tasks/${id}`, { as: 'alice', json })).status).toBe(200);
  }
  expect(new Set(ofRequests(api.statements.slice(from)).map(({ sql }) => sql)).size).toBe(1);
});

describe('however many shapes there are,', () => {
  const saying = (text: string) => () => ({
    toSQL: () => ({ toNative: () => ({ sql: `select ${text}`, bindings: [] }) }),
  });
  const named = (statements: Statements, operation: string, shapes: number) =>
    Array.from({ length: shapes }, (_, n) => statements.of(operation, `${n}`, saying(`${operation} ${n}`)).name).filter(
      (name) => name !== undefined,
    ).length;
  const isKept = (statements: Statements, operation: string, shape: string) =>
    statements.of(operation, shape, saying('another')).sql !== 'select another';

  it('an operation has 100 statements with a name, keeps 400, and leaves the rest to others', () => {
    const statements = new Statements();
    expect(named(statements, 'listTasks', 500)).toBe(100);
    expect([isKept(statements, 'listTasks', '399'), isKept(statements, 'listTasks', '400')]).toEqual([true, false]);
    expect(named(statements, 'getTask', 1)).toBe(1);
  });

  it('all operations have 500 statements with a name, and keep 2,000', () => {
    const statements = new Statements();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((operation) => named(statements, operation, 350));
    expect(names).toEqual([100, 100, 100, 100, 100, 0, 0]);
    expect([isKept(statements, 'f', '249'), isKept(statements, 'f', '250')]).toEqual([true, false]);
  });
});
