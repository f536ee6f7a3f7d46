// A reply that breaks the contract: an error while developing, a line in the log in production, and never a lost write.
import { afterAll, expect, it } from 'vitest';
import { problemOf, startApi, type Task } from './support/api.ts';
import { createDatabase } from './support/database.ts';

const production = { NODE_ENV: 'production', HOST: '127.0.0.1', DATABASE_URL: 'postgres://unused' };

/** Its titles may break the contract. */
const lax = await createDatabase();
afterAll(lax.close);
await lax.db.raw('alter table tasks alter column title type text');

async function startBroken(settings: Record<string, string>) {
  const api = await startApi(settings, undefined, { ...lax, close: async () => {} });
  await api.database.db('users').delete();
  await api.database.db('users').insert({ id: 'alice' });
  await api.database.db('tasks').insert({ user_id: 'alice', title: 'x'.repeat(201) });
  const [{ id }] = await api.database.db('tasks').select('id');
  return {
    api,
    read: () => api.request('GET', `/api/alice/tasks/${id}`, { as: 'alice' }),
    list: () => api.request('GET', '/api/alice/tasks', { as: 'alice' }),
    write: () => api.request('PATCH', `/api/alice/tasks/${id}/complete`, { as: 'alice' }),
    completed: async () => (await api.database.db('tasks').first('completed')).completed,
    breaches: () => api.logged.filter(({ msg }) => msg === 'the reply breaks the contract'),
  };
}

it('is a 500 while developing, and the log names the place', async () => {
  const { read, list, write, breaches, completed } = await startBroken({});
  problemOf(await read(), 500);
  problemOf(await list(), 500);
  problemOf(await write(), 500);
  expect(await completed()).toBe(true);
  expect(breaches()).toMatchObject([
    { operation: 'getTask', breach: expect.stringContaining('title') },
    { operation: 'listTasks', breach: expect.stringContaining('title') },
    { operation: 'toggleTaskComplete', breach: expect.stringContaining('title') },
  ]);
});

it('goes out in production, and stands in the log', async () => {
  const { read, list, write, breaches } = await startBroken(production);
  expect([(await read()).status, (await list()).status]).toEqual([200, 200]);
  expect((await write()).json).toMatchObject({ completed: true } satisfies Partial<Task>);
  expect(breaches()).toHaveLength(3);
});

it('in production with VALIDATE_RESPONSES=error is a 500 for a read, and never hides a write', async () => {
  const { read, write, breaches } = await startBroken({ ...production, VALIDATE_RESPONSES: 'error' });
  problemOf(await read(), 500);
  expect((await write()).json).toMatchObject({ completed: true });
  expect(breaches()).toHaveLength(2);
});

it('stands in the log each time, also when the page was right before', async () => {
  const { api, list, breaches } = await startBroken(production);
  const title = (text: string) => api.database.db('tasks').update({ title: text });
  await title('x');
  await list();
  await list();
  expect(breaches()).toEqual([]);
  await title('x'.repeat(201));
  await list();
  await list();
  expect(breaches()).toHaveLength(2);
  await title('x');
  await list();
  expect(breaches()).toHaveLength(2);
});

it('what PostgreSQL quotes of a row is not in the log', async () => {
  const api = await startApi();
  await api.database.db.raw(`alter table tasks add constraint no_secrets check (title <> 'my secret')`);
  problemOf(await api.request('POST', '/api/alice/tasks', { as: 'alice', json: { title: 'my secret' } }), 500);
  expect(api.logged).toContainEqual(
    expect.objectContaining({ err: expect.objectContaining({ code: '23514', constraint: 'no_secrets' }) }),
  );
  expect(JSON.stringify(api.logged)).not.toContain('my secret');
});

it("is nobody's business with VALIDATE_RESPONSES=off", async () => {
  const { read, list, write, breaches } = await startBroken({ VALIDATE_RESPONSES: 'off' });
  expect([(await read()).status, (await list()).status, (await write()).status]).toEqual([200, 200, 200]);
  expect(breaches()).toEqual([]);
});
