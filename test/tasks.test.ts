// The six operations on tasks, as a front end uses them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadContract } from '../src/contract/contract.ts';
import { createTask, problemOf, startApi, type Task } from './support/api.ts';
import { temporaryFolder } from './support/folder.ts';

const api = await startApi();
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('creating a task', () => {
  it('answers 201 with the whole task, its address and its version', async () => {
    const reply = await api.request('POST', '/api/alice/tasks', { as: 'alice', json: { title: 'Buy milk' } });
    expect(reply.status).toBe(201);
    const task = reply.json as Task;
    expect(task).toEqual({
      id: expect.any(Number),
      user_id: 'alice',
      title: 'Buy milk',
      description: null,
      completed: false,
      due_date: null,
      created_at: expect.stringMatching(rfc3339),
      updated_at: task.created_at,
    });
    expect(reply.headers.get('location')).toBe(`/api/alice/tasks/${task.id}`);
    expect(reply.headers.get('etag')).toMatch(/^"1\b/);
    const read = await api.request('GET', reply.headers.get('location') ?? '', { as: 'alice' });
    expect(read.json).toEqual(task);
  });

  it('keeps every field that can be set, the date in UTC', async () => {
    const task = await createTask(api, 'alice', {
      title: '  Päckchen 📦 ',
      description: '"quotes" \\ and\nlines',
      completed: true,
      due_date: '2026-03-01T10:00:00.5+01:00',
    });
    expect(task).toMatchObject({
      title: '  Päckchen 📦 ',
      description: '"quotes" \\ and\nlines',
      completed: true,
      due_date: '2026-03-01T09:00:00.500Z',
    });
  });

  it('knows a new user from the first write on, with the email of the token', async () => {
    await createTask(api, 'newcomer', { title: 'First' });
    await createTask(api, 'newcomer', { title: 'Second' });
    expect(await api.database.db('users').where({ id: 'newcomer' })).toHaveLength(1);
  });

  it('has the address of the item without the query', async () => {
    const reply = await api.request('POST', '/api/alice/tasks?', { as: 'alice', json: { title: 'x' } });
    expect(reply.headers.get('location')).toMatch(/^\/api\/alice\/tasks\/\d+$/);
  });
});

describe('the limits of a task', () => {
  it.each([
    ['a title of 1 character', { title: 'x' }],
    ['a title of 200 characters', { title: 'x'.repeat(200) }],
    ['a title of 200 emoji', { title: '👍'.repeat(200) }],
    ['a description of 1000 emoji', { title: 'x', description: '👍'.repeat(1000) }],
    ['a title that starts with U+FEFF', { title: '\ufeffx' }],
    ['an empty description', { title: 'x', description: '' }],
    ['no description', { title: 'x', description: null }],
    ['the first moment', { title: 'x', due_date: '0001-01-01T00:00:00.000Z' }],
    ['the last moment', { title: 'x', due_date: '9999-12-31T23:59:59.999Z' }],
    ['29 February of a leap year', { title: 'x', due_date: '2028-02-29T12:00:00.000Z' }],
  ])('%s is stored as it is', async (_name, values) => {
    expect(await createTask(api, 'alice', values)).toMatchObject(values);
  });

  it.each([
    ['no title', {}, '/title', 'required'],
    ['a title of null', { title: null }, '/title', 'type'],
    ['a title that is a number', { title: 1 }, '/title', 'type'],
    ['an empty title', { title: '' }, '/title', 'minLength'],
    ['a title of white space', { title: ' \t\n\u00a0\u3000' }, '/title', 'pattern'],
    ['a title of 201 characters', { title: 'x'.repeat(201) }, '/title', 'maxLength'],
    ['a title of 201 emoji', { title: '👍'.repeat(201) }, '/title', 'maxLength'],
    ['a description of 1001 characters', { title: 'x', description: 'x'.repeat(1001) }, '/description', 'maxLength'],
    ['completed as text', { title: 'x', completed: 'true' }, '/completed', 'type'],
    ['completed as null', { title: 'x', completed: null }, '/completed', 'type'],
    ['a date without a time', { title: 'x', due_date: '2026-03-01' }, '/due_date', 'pattern'],
    ['a time without an offset', { title: 'x', due_date: '2026-03-01T09:00:00' }, '/due_date', 'pattern'],
    ['30 February', { title: 'x', due_date: '2026-02-30T09:00:00Z' }, '/due_date', 'format'],
    ['29 February of a common year', { title: 'x', due_date: '2026-02-29T09:00:00Z' }, '/due_date', 'format'],
    ['a leap second', { title: 'x', due_date: '2016-12-31T23:59:60Z' }, '/due_date', 'pattern'],
    ['hour 24', { title: 'x', due_date: '2026-03-01T24:00:00Z' }, '/due_date', 'pattern'],
    ['month 13', { title: 'x', due_date: '2026-13-01T00:00:00Z' }, '/due_date', 'format'],
    ['day 0', { title: 'x', due_date: '2026-03-00T00:00:00Z' }, '/due_date', 'format'],
    ['the year 0000', { title: 'x', due_date: '0000-06-01T00:00:00Z' }, '/due_date', 'format'],
    ['the year 0 in UTC', { title: 'x', due_date: '0001-01-01T00:00:00+01:00' }, '/due_date', 'format'],
    ['the year 10000 in UTC', { title: 'x', due_date: '9999-12-31T23:59:59-01:00' }, '/due_date', 'format'],
    ['an id', { title: 'x', id: 1 }, '/id', 'additionalProperties'],
    ['an owner', { title: 'x', user_id: 'bob' }, '/user_id', 'additionalProperties'],
    ['a time of creation', { title: 'x', created_at: '2026-03-01T09:00:00Z' }, '/created_at', 'additionalProperties'],
    ['a version', { title: 'x', version: 7 }, '/version', 'additionalProperties'],
    ['an unknown field', { title: 'x', colour: 'red' }, '/colour', 'additionalProperties'],
    ['an array', [], '', 'type'],
    ['a string', 'x', '', 'type'],
    ['null', null, '', 'type'],
  ])('%s is refused by name', async (_name, json, pointer, code) => {
    const reply = await api.request('POST', '/api/alice/tasks', { as: 'alice', json });
    expect(problemOf(reply, 422).errors).toEqual([{ pointer, code, message: expect.any(String) }]);
  });

  it('names every value that is wrong', async () => {
    const json = { title: '', completed: 1, colour: 'red' };
    const { errors } = problemOf(await api.request('POST', '/api/alice/tasks', { as: 'alice', json }), 422);
    expect(errors?.map(({ pointer }) => pointer).sort()).toEqual(['/colour', '/completed', '/title']);
  });
});

it('an offset beyond what PostgreSQL knows is a moment all the same', async () => {
  const task = await createTask(api, 'alice', { title: 'x', due_date: '2026-03-01T00:00:00-18:00' });
  expect(task.due_date).toBe('2026-03-01T18:00:00.000Z');
});

it('what is finer than a millisecond is cut off, not rounded out of the calendar', async () => {
  const task = await createTask(api, 'alice', { title: 'x', due_date: '9999-12-31T23:59:59.999999Z' });
  expect(task.due_date).toBe('9999-12-31T23:59:59.999Z');
});

describe('reading a task', () => {
  it('answers 304 without a body while it is the same', async () => {
    const { id } = await createTask(api, 'alice', { title: 'Same' });
    const address = `/api/alice/tasks/${id}`;
    const tag = (await api.request('GET', address, { as: 'alice' })).headers.get('etag') ?? '';
    const same = await api.request('GET', address, { as: 'alice', headers: { 'If-None-Match': tag } });
    expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', tag]);
    const weak = await api.request('GET', address, { as: 'alice', headers: { 'If-None-Match': `"7", W/${tag}` } });
    expect(weak.status).toBe(304);
    const any = await api.request('GET', address, { as: 'alice', headers: { 'If-None-Match': '*' } });
    expect(any.status).toBe(304);
    await api.request('PUT', address, { as: 'alice', json: { title: 'Other' } });
    const other = await api.request('GET', address, { as: 'alice', headers: { 'If-None-Match': tag } });
    expect([other.status, other.headers.get('etag')]).toEqual([200, expect.stringMatching(/^"2\b/)]);
  });

  it('answers it whole to who has it from before a change of its schema, and lets them change it all the same', async () => {
    const lacking = join(temporaryFolder(), 'openapi.yaml');
    const property = /^ {8}updated_at:\n(?: {10}.*\n)+/m;
    const now = readFileSync('openapi.yaml', 'utf8');
    writeFileSync(lacking, now.replace(property, '').replace('created_at, updated_at]', 'created_at]'));
    const before = await startApi({}, loadContract(pathToFileURL(lacking)), { ...api.database, close: async () => {} });
    const { id } = await createTask(before, 'alice', { title: 'Same' });
    const address = `/api/alice/tasks/${id}`;
    const read = await before.request('GET', address, { as: 'alice' });
    expect(read.json).not.toHaveProperty('updated_at');
    const tag = read.headers.get('etag') ?? '';
    const again = await api.request('GET', address, { as: 'alice', headers: { 'If-None-Match': tag } });
    expect([again.status, again.json]).toEqual([200, expect.objectContaining({ updated_at: expect.any(String) })]);
    const json = { title: 'Other' };
    const change = () => api.request('PUT', address, { as: 'alice', json, headers: { 'If-Match': tag } });
    expect([(await change()).status, (await change()).status]).toEqual([200, 412]);
  });

  it('answers it whole to who has it from before a limit that a migration may have cut it to', async () => {
    const wider = join(temporaryFolder(), 'openapi.yaml');
    writeFileSync(wider, readFileSync('openapi.yaml', 'utf8').replace(/maxLength: 200/g, 'maxLength: 300'));
    const before = await startApi({}, loadContract(pathToFileURL(wider)), { ...api.database, close: async () => {} });
    const { id } = await createTask(before, 'alice', { title: 'x' });
    const address = `/api/alice/tasks/${id}`;
    const tag = (await before.request('GET', address, { as: 'alice' })).headers.get('etag') ?? '';
    const again = await api.request('GET', address, { as: 'alice', headers: { 'If-None-Match': tag } });
    expect(again.status).toBe(200);
  });

  it('answers 404 when there is none', async () => {
    problemOf(await api.request('GET', '/api/alice/tasks/999999', { as: 'alice' }), 404);
  });
});

describe('changing a task', () => {
  it('changes only the fields that are sent', async () => {
    const before = await createTask(api, 'alice', {
      title: 'Before',
      description: 'Stays',
      due_date: '2026-03-01T09:00:00.000Z',
    });
    const address = `/api/alice/tasks/${before.id}`;
    const title = await api.request('PUT', address, { as: 'alice', json: { title: 'After' } });
    expect(title.status).toBe(200);
    expect(title.json).toEqual({ ...before, title: 'After', updated_at: expect.any(String) });
    const cleared = await api.request('PUT', address, { as: 'alice', json: { description: null, due_date: null } });
    expect(cleared.json).toMatchObject({ title: 'After', description: null, due_date: null });
    expect(cleared.headers.get('etag')).toMatch(/^"3\b/);
  });

  it('moves updated_at with every change, however fast', async () => {
    const { id, updated_at } = await createTask(api, 'alice', { title: 'Fast' });
    const times = [updated_at];
    for (let change = 0; change < 5; change += 1) {
      const reply = await api.request('PUT', `/api/alice/tasks/${id}`, { as: 'alice', json: { title: 'Fast' } });
      times.push((reply.json as Task).updated_at);
    }
    expect(times).toEqual([...new Set(times)].sort());
  });

  it.each([
    ['nothing', {}, '', 'minProperties'],
    ['an owner', { user_id: 'bob' }, '/user_id', 'additionalProperties'],
    ['a title of null', { title: null }, '/title', 'type'],
  ])('%s is refused', async (_name, json, pointer, code) => {
    const { id } = await createTask(api, 'alice', { title: 'Stays' });
    const reply = await api.request('PUT', `/api/alice/tasks/${id}`, { as: 'alice', json });
    expect(problemOf(reply, 422).errors).toMatchObject([{ pointer, code }]);
  });

  it('answers 404 when there is none', async () => {
    problemOf(await api.request('PUT', '/api/alice/tasks/999999', { as: 'alice', json: { title: 'x' } }), 404);
  });
});

describe('toggling a task', () => {
  it('turns completed into its opposite, each time', async () => {
    const { id } = await createTask(api, 'alice', { title: 'Toggle' });
    const toggle = () => api.request('PATCH', `/api/alice/tasks/${id}/complete`, { as: 'alice' });
    expect((await toggle()).json).toMatchObject({ id, completed: true });
    const again = await toggle();
    expect(again.json).toMatchObject({ id, completed: false });
    expect(again.headers.get('etag')).toMatch(/^"3\b/);
  });

  it('loses none of many at once', async () => {
    const { id } = await createTask(api, 'alice', { title: 'Crowd' });
    const toggle = () => api.request('PATCH', `/api/alice/tasks/${id}/complete`, { as: 'alice' });
    const replies = await Promise.all(Array.from({ length: 21 }, toggle));
    const byVersion = replies.sort((a, b) => etagNumber(a.headers) - etagNumber(b.headers));
    expect(byVersion.map(({ json }) => (json as Task).completed)).toEqual(replies.map((_, index) => index % 2 === 0));
  });

  it('answers 404 when there is none', async () => {
    problemOf(await api.request('PATCH', '/api/alice/tasks/999999/complete', { as: 'alice' }), 404);
  });
});

describe('deleting a task', () => {
  it('answers 204 without a body, and 404 from then on', async () => {
    const { id } = await createTask(api, 'alice', { title: 'Gone' });
    const address = `/api/alice/tasks/${id}`;
    const gone = await api.request('DELETE', address, { as: 'alice' });
    expect([gone.status, gone.text]).toEqual([204, '']);
    problemOf(await api.request('GET', address, { as: 'alice' }), 404);
    problemOf(await api.request('DELETE', address, { as: 'alice' }), 404);
  });
});

describe('If-Match', () => {
  const act = {
    updateTask: (id: number, tag: string) =>
      api.request('PUT', `/api/alice/tasks/${id}`, { as: 'alice', json: { title: 'y' }, headers: { 'If-Match': tag } }),
    deleteTask: (id: number, tag: string) =>
      api.request('DELETE', `/api/alice/tasks/${id}`, { as: 'alice', headers: { 'If-Match': tag } }),
    toggleTaskComplete: (id: number, tag: string) =>
      api.request('PATCH', `/api/alice/tasks/${id}/complete`, { as: 'alice', headers: { 'If-Match': tag } }),
  };

  for (const [operation, send] of Object.entries(act)) {
    // Lists may have empty elements (RFC 9110, section 5.6.1).
    it.each(['"1"', '"1.q0-_Zz"', '"9", "1"', '*', 'W/"1", "1"', ', "9",, "1",'])(
      `${operation} acts when %s matches`,
      async (tag) => {
        const { id } = await createTask(api, 'alice', { title: 'x' });
        expect((await send(id, tag)).status).toBeLessThan(300);
      },
    );

    it.each(['"2"', '"2.q0-_Zz"', 'W/"1"', '"01"', '"1.0"', '"other"', '"99999999999999999999"'])(
      `${operation} answers 412 to %s and changes nothing`,
      async (tag) => {
        const before = await createTask(api, 'alice', { title: 'x' });
        problemOf(await send(before.id, tag), 412);
        const after = await api.request('GET', `/api/alice/tasks/${before.id}`, { as: 'alice' });
        expect(after.json).toEqual(before);
      },
    );

    it(`${operation} answers 404 where there is nothing, whatever the tag`, async () => {
      problemOf(await send(999999, '"1"'), 404);
      problemOf(await send(999999, '*'), 404);
    });

    it.each(['1', '"1', 'W/1', '', ',', '"1" "2"', '*, "1"'])(
      `${operation} refuses the tag %s by name`,
      async (tag) => {
        const { errors } = problemOf(await send(1, tag), 422);
        expect(errors).toMatchObject([{ header: 'If-Match' }]);
      },
    );
  }

  it('lets exactly one of many writers win', async () => {
    const { id } = await createTask(api, 'alice', { title: 'Race' });
    const replies = await Promise.all(Array.from({ length: 16 }, () => act.updateTask(id, '"1"')));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(15).fill(412)]);
  });
});

function etagNumber(headers: Headers): number {
  return Number.parseInt(String(headers.get('etag')).slice(1), 10);
}
