// Safe retries: one Idempotency-Key makes one task, and gives its first answer again.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadContract } from '../src/contract/contract.ts';
import { deleteExpired } from '../src/database/once.ts';
import { createTask, problemOf, type Reply, startApi, type Task } from './support/api.ts';
import { temporaryFolder } from './support/folder.ts';

const api = await startApi();

function create(user: string, key: string, json: unknown = { title: 'Once' }): Promise<Reply> {
  return api.request('POST', `/api/${user}/tasks`, { as: user, json, headers: { 'Idempotency-Key': key } });
}

async function count(user: string): Promise<number> {
  return Number(
    (await api.request('GET', `/api/${user}/tasks?count=exact`, { as: user })).headers.get('x-total-count'),
  );
}

/** Makes every stored answer of a user older. */
async function age(user: string, interval: string): Promise<void> {
  await api.database
    .db('idempotency_keys')
    .where({ user_id: user })
    .update({ created_at: api.database.db.raw(`now() - ?::interval`, [interval]) });
}

it('the same key with the same payload gives the first answer again', async () => {
  const first = await create('alice', 'key-1');
  expect(first.status).toBe(201);
  await api.request('PUT', `/api/alice/tasks/${(first.json as Task).id}`, { as: 'alice', json: { title: 'Changed' } });
  const again = await create('alice', 'key-1');
  expect([again.status, again.text]).toEqual([201, first.text]);
  for (const header of ['location', 'etag', 'content-type'])
    expect(again.headers.get(header)).toBe(first.headers.get(header));
  expect(again.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  expect(await count('alice')).toBe(1);
});

it('the payload is what the JSON says, not how it is spelt', async () => {
  const send = (body: string) =>
    api.request('POST', '/api/spelling/tasks', {
      as: 'spelling',
      body,
      headers: { 'Idempotency-Key': 'k', 'Content-Type': 'application/json' },
    });
  const first = await send('{"title":"x","due_date":"2026-03-01T10:00:00+01:00"}');
  const again = await send(' { "due_date":"2026-03-01T09:00:00Z", "title": "\\u0078" } ');
  expect([again.status, again.text]).toEqual([201, first.text]);
});

it.each([
  ['another title', { title: 'Other' }],
  ['another field', { title: 'Once', completed: true }],
])('the same key with %s is 422 and makes nothing', async (_name, json) => {
  await create('other', 'key');
  const before = await count('other');
  const { errors } = problemOf(await create('other', 'key', json), 422);
  expect(errors).toMatchObject([{ header: 'Idempotency-Key', code: 'reused' }]);
  expect(await count('other')).toBe(before);
});

it('a request that was refused has not used up its key', async () => {
  problemOf(await create('refused', 'key', { title: '' }), 422);
  expect((await create('refused', 'key', { title: 'x' })).status).toBe(201);
});

it('the keys of different users have nothing to do with each other', async () => {
  const [bob, carol] = [await create('bob', 'shared'), await create('carol', 'shared', { title: 'Hers' })];
  expect([bob.status, carol.status]).toEqual([201, 201]);
  expect((carol.json as Task).title).toBe('Hers');
});

it('without a key every request makes a task', async () => {
  await createTask(api, 'keyless', { title: 'x' });
  await createTask(api, 'keyless', { title: 'x' });
  expect(await count('keyless')).toBe(2);
});

it('one key makes one task, however many send it at once', async () => {
  const replies = await Promise.all(Array.from({ length: 12 }, () => create('crowd', 'key')));
  const made = replies.filter(({ status }) => status === 201);
  expect(made.length).toBeGreaterThan(0);
  expect(new Set(made.map(({ text }) => text)).size).toBe(1);
  for (const reply of replies.filter(({ status }) => status !== 201)) {
    expect(problemOf(reply, 409).type).toBe('/docs#idempotency-key-in-use');
    expect(reply.headers.get('retry-after')).toBe('1');
  }
  expect(await count('crowd')).toBe(1);
});

it('the payload has the query in it, as far as it is sent', async () => {
  const { document } = loadContract();
  const create = document.paths['/api/{user_id}/tasks'] as unknown as { post: { parameters: object[] } };
  create.post.parameters.push({ name: 'notify', in: 'query', schema: { type: 'boolean', default: true } });
  const file = join(temporaryFolder(), 'openapi.yaml');
  writeFileSync(file, JSON.stringify(document));
  const notifying = await startApi({}, loadContract(pathToFileURL(file)), { ...api.database, close: async () => {} });
  const send = (query: string) =>
    notifying.request('POST', `/api/notified/tasks${query}`, {
      as: 'notified',
      json: { title: 'x' },
      headers: { 'Idempotency-Key': 'key' },
    });
  const first = await send('');
  expect((await send('')).json).toEqual(first.json);
  for (const query of ['?notify=false', '?notify=true']) problemOf(await send(query), 422);
  expect(await count('notified')).toBe(1);
});

it('a retry is the same after a release with another default', async () => {
  const first = await create('released', 'key', { title: 'x' });
  const next = loadContract();
  const { completed } = (next.document.components.schemas['TaskCreate'] as { properties: Record<string, object> })
    .properties;
  Object.assign(completed ?? {}, { default: true });
  const replica = await startApi({}, next, { ...api.database, close: async () => {} });
  const retry = await replica.request('POST', '/api/released/tasks', {
    as: 'released',
    json: { title: 'x' },
    headers: { 'Idempotency-Key': 'key' },
  });
  expect([retry.status, retry.json]).toEqual([201, first.json]);
  expect(await createTask(replica, 'released', { title: 'y' })).toMatchObject({ completed: true });
});

describe('the answer', () => {
  it('is kept for 24 hours and no longer', async () => {
    await create('patient', 'key');
    await age('patient', '23 hours 59 minutes');
    await create('patient', 'key');
    expect(await count('patient')).toBe(1);
    await age('patient', '24 hours 1 second');
    expect((await create('patient', 'key', { title: 'Another day' })).status).toBe(201);
    expect(await count('patient')).toBe(2);
    problemOf(await create('patient', 'key'), 422);
  });

  it('is there for another replica, and after a restart', async () => {
    const first = await create('replica', 'key');
    const stored = await api.database.db('idempotency_keys').where({ user_id: 'replica' });
    expect(stored).toHaveLength(1);
    expect(JSON.parse(stored[0].result)).toMatchObject({ status: 201, body: first.json });
  });

  it('is forgotten when it is too old to be asked for', async () => {
    await create('old', 'key');
    await create('young', 'key');
    await age('old', '25 hours');
    expect(await deleteExpired(api.database.db)).toBe(1);
    const left = await api.database.db('idempotency_keys').whereIn('user_id', ['old', 'young']).pluck('user_id');
    expect(left).toEqual(['young']);
  });

  it('is forgotten together with many others, a bounded number in each statement', async () => {
    await create('prolific', 'young');
    await api.database.db.raw(`
      insert into idempotency_keys (user_id, key, fingerprint, result, created_at)
      select 'prolific', 'old ' || n, '', '', now() - interval '25 hours' from generate_series(1, 2500) as n`);
    const from = api.statements.length;
    expect(await deleteExpired(api.database.db)).toBe(2_500);
    const sent = api.statements.slice(from);
    expect(sent.map(({ bindings }) => bindings[1])).toEqual([1_000, 1_000, 1_000]);
    expect(await api.database.db('idempotency_keys').where({ user_id: 'prolific' }).pluck('key')).toEqual(['young']);
  });
});

it.each(['', 'with space', 'ümlaut', 'x'.repeat(256)])('the key %s is refused by name', async (key) => {
  const value = Buffer.from(key, 'utf8').toString('latin1');
  expect(problemOf(await create('alice', value), 422).errors).toMatchObject([{ header: 'Idempotency-Key' }]);
});

it('a key of 255 characters is a key', async () => {
  expect((await create('long', '~'.repeat(255))).status).toBe(201);
});
