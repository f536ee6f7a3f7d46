// What a request asks of the database on its usual path: one statement, whatever it is.
import { expect, it } from 'vitest';
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

it.each(usersOperations(contract).map((operation) => [operation.id, operation] as const))(
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

it('however many shapes there are, 500 statements have a name and 2,000 are kept', () => {
  const statements = new Statements();
  const saying = (n: number) => () => ({ toSQL: () => ({ toNative: () => ({ sql: `select ${n}`, bindings: [] }) }) });
  const names = Array.from({ length: 2_100 }, (_, n) => statements.of(`shape ${n}`, saying(n)).name);
  expect(new Set(names.filter((name) => name !== undefined)).size).toBe(500);
  expect(statements.of('shape 0', saying(-1)).sql).toBe('select 0');
  expect(statements.of('shape 2099', saying(-1)).sql).toBe('select -1');
});
