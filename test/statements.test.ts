// What a request asks of the database on its usual path: one statement, whatever it is.
import { describe, expect, it } from 'vitest';
import { loadContract } from '../src/contract/contract.ts';
import { createTask, startApi } from './support/api.ts';
import { addressOf, exampleBody, usersOperations } from './support/contract-requests.ts';

const api = await startApi();
const contract = loadContract();
const operations = usersOperations(contract).filter(({ path }) => path.startsWith(contract.paths.listTasks));

describe('one statement is sent', async () => {
  await createTask(api, 'alice', { title: 'the first write of a user costs more' });

  it.each(operations.map((operation) => [operation.id, operation] as const))('by %s', async (_id, operation) => {
    const { id } = await createTask(api, 'alice', { title: 'x' });
    const options = { as: 'alice', json: exampleBody(contract, operation), headers: { 'If-Match': '"1"' } };
    const address = addressOf(operation, { user_id: 'alice', id: String(id) });
    const from = api.statements.length;
    const reply = await api.request(operation.method.toUpperCase(), address, options);
    expect(reply.status, reply.text).toBeLessThan(300);
    expect(api.statements.slice(from).map(({ sql }) => sql)).toHaveLength(1);
  });
});
