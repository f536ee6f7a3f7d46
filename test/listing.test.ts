// Lists of tasks: filters, search, order, and pages that neither repeat nor skip.

import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { sealCursor } from '../src/database/keyset.ts';
import { createTask, problemOf, type Reply, startApi, type Task } from './support/api.ts';

const api = await startApi();

const list = (user: string, query = '') => api.request('GET', `/api/${user}/tasks${query}`, { as: user });
const titles = (reply: Reply) => (reply.json as Task[]).map(({ title }) => title);

/** The address in a Link header with `rel="next"`. */
function next({ headers }: Reply): string | undefined {
  return /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
}

/** All pages from an address on; `between` happens after each page. */
async function walk(user: string, query: string, between = async () => {}): Promise<Task[]> {
  const tasks: Task[] = [];
  let address: string | undefined = `/api/${user}/tasks${query}`;
  while (address !== undefined) {
    const page: Reply = await api.request('GET', address, { as: user });
    expect(page.status, page.text).toBe(200);
    tasks.push(...(page.json as Task[]));
    await between();
    address = next(page);
  }
  return tasks;
}

describe('filters', () => {
  beforeAll(async () => {
    await createTask(api, 'filter', { title: 'open' });
    await createTask(api, 'filter', { title: 'done', completed: true });
  });

  it.each([
    ['', ['done', 'open']],
    ['?status=all', ['done', 'open']],
    ['?status=pending', ['open']],
    ['?status=completed', ['done']],
  ])('%s', async (query, expected) => {
    expect(titles(await list('filter', query))).toEqual(expected);
  });

  it('an owner without tasks has an empty list', async () => {
    const reply = await list('nobody-yet');
    expect([reply.status, reply.json, reply.headers.get('link')]).toEqual([200, [], null]);
  });
});

it('searches of a user go one after another, and none waits for long: they may take a connection for seconds', async () => {
  await createTask(api, 'seeker', { title: 'x' });
  const holder = await api.database.db.transaction();
  onTestFinished(async () => {
    if (!holder.isCompleted()) await holder.rollback();
  });
  await holder.raw('lock table tasks in access exclusive mode');
  const [atWork, ...waiting] = Array.from({ length: 12 }, () => list('seeker', '?q=x'));
  const replies = await Promise.all(waiting);
  for (const reply of replies) problemOf(reply, 503);
  // But for one, which may have come to its turn when the first was given up.
  const unbegun = replies.filter(({ headers }) => headers.get('retry-after') === '1');
  expect(unbegun.length).toBeGreaterThanOrEqual(replies.length - 1);
  await holder.rollback();
  await atWork;
  expect(titles(await list('seeker', '?q=x'))).toEqual(['x']);
});

it('as many searches at once as somebody likes are answered, where they are quick', async () => {
  await createTask(api, 'typist', { title: 'x' });
  const replies = await Promise.all(Array.from({ length: 40 }, () => list('typist', '?q=x')));
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
});

describe('search', () => {
  beforeAll(async () => {
    await createTask(api, 'search', { title: '100% wool' });
    await createTask(api, 'search', { title: 'snake_case', description: 'naming' });
    await createTask(api, 'search', { title: 'snakeXcase' });
    await createTask(api, 'search', { title: 'back\\slash' });
    await createTask(api, 'search', { title: 'Straße', description: 'Ärger ÄÖÜ' });
    await createTask(api, 'search', { title: 'plus', description: 'a+b & c=d; #1?' });
  });

  it.each([
    ['%', ['100% wool']],
    ['_', ['snake_case']],
    ['\\', ['back\\slash']],
    ['SNAKE', ['snakeXcase', 'snake_case']],
    ['NAMING', ['snake_case']],
    ['ärger', ['Straße']],
    ['a+b & c=d; #1?', ['plus']],
    ["' or 1=1 --", []],
    ['absent', []],
  ])('%s is found as it stands, in any letter case', async (q, expected) => {
    expect(titles(await list('search', `?q=${encodeURIComponent(q)}`))).toEqual(expected);
  });

  it('combines with a filter, and never looks into the tasks of others', async () => {
    await createTask(api, 'search-other', { title: '100% silk' });
    expect(titles(await list('search', '?q=100&status=completed'))).toEqual([]);
    expect(titles(await list('search', '?q=100'))).toEqual(['100% wool']);
  });
});

describe('order', () => {
  const early = '2026-01-01T00:00:00.000Z';
  const late = '2026-12-31T00:00:00.000Z';
  beforeAll(async () => {
    await createTask(api, 'order', { title: 'b', due_date: late });
    await createTask(api, 'order', { title: 'c' });
    await createTask(api, 'order', { title: 'a', due_date: early });
  });

  it.each([
    ['', ['a', 'c', 'b']],
    ['?sort=created', ['a', 'c', 'b']],
    ['?order=asc', ['b', 'c', 'a']],
    ['?sort=title', ['a', 'b', 'c']],
    ['?sort=title&order=desc', ['c', 'b', 'a']],
    ['?sort=due_date', ['a', 'b', 'c']],
    ['?sort=due_date&order=desc', ['b', 'a', 'c']],
  ])('%s', async (query, expected) => {
    expect(titles(await list('order', query))).toEqual(expected);
  });
});

describe('pages', () => {
  const moments = [null, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-06-01T00:00:00.001Z', null];
  const sorts = ['created', 'title', 'due_date'].flatMap((sort) => ['asc', 'desc'].map((order) => [sort, order]));
  beforeAll(async () => {
    for (let index = 0; index < 23; index += 1) {
      const due_date = moments[index % moments.length] ?? null;
      await createTask(api, 'pages', { title: `title ${index % 3}`, due_date, completed: index % 2 === 0 });
    }
  });

  it.each(sorts)('by %s %s are the whole list, cut', async (sort, order) => {
    const whole = (await list('pages', `?sort=${sort}&order=${order}&limit=100`)).json as Task[];
    expect(whole).toHaveLength(23);
    for (const limit of [1, 4, 22, 23]) {
      expect(await walk('pages', `?sort=${sort}&order=${order}&limit=${limit}`)).toEqual(whole);
    }
  });

  it.each(sorts)('by %s %s are in that order, ties by id', async (sort, order) => {
    const key = { created: 'created_at', title: 'title', due_date: 'due_date' }[sort] as keyof Task;
    const tasks = await walk('pages', `?sort=${sort}&order=${order}&limit=5`);
    const sign = order === 'asc' ? 1 : -1;
    const sorted = [...tasks].sort((a, b) => {
      if (a[key] === b[key]) return sign * (a.id - b.id);
      if (a[key] === null || b[key] === null) return a[key] === null ? 1 : -1;
      return String(a[key]) < String(b[key]) ? -sign : sign;
    });
    expect(tasks.map(({ id }) => id)).toEqual(sorted.map(({ id }) => id));
  });

  it.each(sorts)('by %s %s hold while others come and go', async (sort, order) => {
    const user = `busy-${sort}-${order}`;
    const create = async (index: number) => {
      const due_date = moments[index % moments.length] ?? null;
      return (await createTask(api, user, { title: `title ${index % 3}`, due_date })).id;
    };
    const ids: number[] = [];
    for (let index = 0; index < 15; index += 1) ids.push(await create(index));
    const leaving = ids.filter((_, index) => index % 3 === 0);
    const staying = ids.filter((id) => !leaving.includes(id));
    let arrivals = 0;
    const seen = await walk(user, `?sort=${sort}&order=${order}&limit=2`, async () => {
      const leaves = leaving.pop();
      if (leaves !== undefined) await api.request('DELETE', `/api/${user}/tasks/${leaves}`, { as: user });
      if (arrivals < 5) await create(arrivals);
      arrivals += 1;
    });
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    expect(seen.map(({ id }) => id)).toEqual(expect.arrayContaining(staying));
  });

  it('are cut between tasks, whatever is written in them', async () => {
    const texts = [
      'two\nlines',
      '}]',
      '},\n{"id":1}',
      '\\',
      '"',
      '\\n',
      '\r\n\t\b\f',
      '\u0001\u007f\u2028',
      'e\u0301 \u{1f600}',
      ',\n',
    ];
    const tasks = [];
    for (const text of texts) tasks.push(await createTask(api, 'writer', { title: `${text}.`, description: text }));
    for (const limit of [1, 3, 9, 10]) {
      expect(await walk('writer', `?order=asc&limit=${limit}`)).toEqual(tasks);
      expect(await walk('writer', `?sort=title&limit=${limit}`)).toHaveLength(texts.length);
    }
  });

  it('keep the filters of the caller in their links', async () => {
    const first = await list('pages', '?status=completed&q=title&sort=title&order=desc&limit=5&count=exact');
    expect(first.headers.get('x-total-count')).toBe('12');
    const address = next(first) ?? '';
    const link = new URL(address, api.url).searchParams;
    expect(Object.fromEntries(link)).toMatchObject({ status: 'completed', q: 'title', sort: 'title', limit: '5' });
    const all = await walk('pages', '?status=completed&q=title&sort=title&order=desc&limit=5');
    expect(all).toHaveLength(12);
    expect(all.every(({ completed }) => completed)).toBe(true);
  });

  it('keep a search for question marks', async () => {
    for (const title of ['what? 1', 'what? 2', 'what']) await createTask(api, 'asker', { title });
    expect(await walk('asker', '?q=what?&limit=1&status=pending')).toHaveLength(2);
  });

  it('start at an offset, and go on from there by cursor', async () => {
    const whole = (await list('pages', '?limit=100')).json as Task[];
    const page = await list('pages', '?limit=5&offset=10');
    expect(page.json).toEqual(whole.slice(10, 15));
    const rest = await api.request('GET', next(page) ?? '', { as: 'pages' });
    expect(rest.json).toEqual(whole.slice(15, 20));
    expect(next(page)).not.toContain('offset');
    expect((await list('pages', '?offset=23')).json).toEqual([]);
    expect((await list('pages', '?offset=9007199254740991')).json).toEqual([]);
  });

  it('have 50 tasks unless another limit is asked for', async () => {
    for (let index = 0; index < 51; index += 1) await createTask(api, 'many', { title: 'x' });
    expect((await list('many')).json).toHaveLength(50);
    expect((await list('many', '?limit=100')).json).toHaveLength(51);
    expect((await list('many', '?limit=1')).json).toHaveLength(1);
  });

  it('count all that match when that is asked for, and only then', async () => {
    const counted = await list('pages', '?count=exact&limit=1&offset=3');
    expect(counted.headers.get('x-total-count')).toBe('23');
    expect((await list('pages', '?count=none')).headers.get('x-total-count')).toBeNull();
    const byCursor = await list('pages', `${next(await list('pages', '?limit=5'))?.replace(/^[^?]*/, '')}&count=exact`);
    expect(byCursor.headers.get('x-total-count')).toBe('23');
  });
});

describe('a cursor', () => {
  it.each([
    ['is garbage', 'garbage'],
    ['is empty of meaning', '.'],
    ['is JSON that somebody else encoded', Buffer.from('{"id":1}').toString('base64url')],
  ])('that %s is 400', async (_name, cursor) => {
    const { errors } = problemOf(await list('pages', `?cursor=${cursor}`), 400);
    expect(errors).toMatchObject([{ parameter: 'cursor' }]);
  });

  it.each([
    ['holds no JSON', `notjson.${createHash('sha256').update('cursor notjson').digest('base64url').slice(0, 8)}`],
    ['goes on behind its end', `${sealCursor(['created_at', 'desc', '2026-01-01T00:00:00.000Z', 1])}.x`],
  ])('that %s is 400', async (_name, cursor) => {
    problemOf(await list('pages', `?cursor=${cursor}`), 400);
  });

  it('that was changed in one character is 400', async () => {
    const cursor = new URL(next(await list('pages', '?limit=3')) ?? '', api.url).searchParams.get('cursor') ?? '';
    for (let index = 0; index < cursor.length; index += 1) {
      const other = cursor[index] === 'A' ? 'B' : 'A';
      const changed = cursor.slice(0, index) + other + cursor.slice(index + 1);
      problemOf(await list('pages', `?limit=3&cursor=${encodeURIComponent(changed)}`), 400);
    }
  });

  it.each([
    ['a date that does not exist', 'created', ['created_at', 'desc', '2026-02-30T00:00:00.000Z', 1]],
    ['no date', 'created', ['created_at', 'desc', 'yesterday', 1]],
    ['null where nothing is null', 'created', ['created_at', 'desc', null, 1]],
    ['a number for a text', 'title', ['title', 'asc', 1, 1]],
    ['a truth value for a text', 'title', ['title', 'asc', true, 1]],
    ['an object for a text', 'title', ['title', 'asc', {}, 1]],
    ['NUL in a text', 'title', ['title', 'asc', '\0', 1]],
    ['an id that is none', 'title', ['title', 'asc', 'x', 1.5]],
    ['an id that is text', 'title', ['title', 'asc', 'x', '1']],
    ['an object for everything', 'title', {}],
    ['null for everything', 'title', null],
    ['an offset that PostgreSQL does not know', 'created', ['created_at', 'desc', '2026-01-01T00:00:00+20:00', 1]],
  ])('that somebody forged with %s is 400', async (_name, sort, position) => {
    const { errors } = problemOf(await list('pages', `?sort=${sort}&cursor=${sealCursor(position)}`), 400);
    expect(errors).toMatchObject([{ parameter: 'cursor', code: 'cursor' }]);
  });

  it('of another order is 400', async () => {
    const cursor = new URL(next(await list('pages', '?limit=3&sort=title')) ?? '', api.url).searchParams.get('cursor');
    problemOf(await list('pages', `?cursor=${cursor}`), 400);
    problemOf(await list('pages', `?sort=title&order=desc&cursor=${cursor}`), 400);
  });

  it('does not go together with an offset, not even 0', async () => {
    const cursor = new URL(next(await list('pages', '?limit=3')) ?? '', api.url).searchParams.get('cursor');
    const { errors } = problemOf(await list('pages', `?limit=3&offset=0&cursor=${cursor}`), 400);
    expect(errors).toMatchObject([{ parameter: 'offset', code: 'excluded' }]);
  });

  it("of another owner leads to one's own tasks only", async () => {
    const cursor = new URL(next(await list('pages', '?limit=3')) ?? '', api.url).searchParams.get('cursor');
    await createTask(api, 'cursor-thief', { title: 'own' });
    const reply = await list('cursor-thief', `?cursor=${cursor}`);
    expect((reply.json as Task[]).every(({ user_id }) => user_id === 'cursor-thief')).toBe(true);
  });
});

describe('a query parameter', () => {
  it.each([
    ['limit=0', 'limit', 'minimum'],
    ['limit=101', 'limit', 'maximum'],
    ['limit=-1', 'limit', 'minimum'],
    ['limit=ten', 'limit', 'type'],
    ['limit=1.5', 'limit', 'type'],
    ['limit=10.0', 'limit', 'type'],
    ['limit=1e1', 'limit', 'type'],
    ['limit=010', 'limit', 'type'],
    ['limit=0x10', 'limit', 'type'],
    ['limit=+10', 'limit', 'type'],
    ['limit=%2010', 'limit', 'type'],
    ['limit=', 'limit', 'empty'],
    ['limit=5&limit=6', 'limit', 'repeated'],
    ['offset=-1', 'offset', 'minimum'],
    ['offset=9007199254740993', 'offset', 'maximum'],
    ['status=done', 'status', 'enum'],
    ['status=ALL', 'status', 'enum'],
    ['status=all&status=all', 'status', 'repeated'],
    ['sort=id', 'sort', 'enum'],
    ['order=up', 'order', 'enum'],
    ['count=1', 'count', 'enum'],
    ['q=', 'q', 'empty'],
    [`q=${'x'.repeat(201)}`, 'q', 'maxLength'],
    ['q=%00', 'q', 'text'],
    ['cursor=', 'cursor', 'empty'],
    ['status=', 'status', 'empty'],
  ])('%s is refused by name', async (query, parameter, code) => {
    const { errors } = problemOf(await list('pages', `?${query}`), 422);
    expect(errors).toEqual([{ parameter, code, message: expect.any(String) }]);
  });

  it.each([
    'limits=5',
    'Limit=5',
    'limit[]=5',
    'q[a]=b',
    '__proto__=x',
    'constructor=x',
    'toString=x',
    '=x',
    '%F0%9F%91%8D=1',
  ])('%s is not known and so 400', async (query) => {
    const { errors } = problemOf(await list('pages', `?${query}`), 400);
    expect(errors).toMatchObject([{ code: 'unknown' }]);
  });

  it.each(['q=%zz', 'q=%', 'q=%ff', 'q=%ed%a0%80', '%=1'])('%s is not readable and so 400', async (query) => {
    problemOf(await list('pages', `?${query}`), 400);
  });

  it('is heard behind a thousand empty ones', async () => {
    expect((await list('pages', `?${'&'.repeat(1_100)}q=nothing-like-this`)).json).toEqual([]);
  });

  it('q of 200 emoji is within the limit', async () => {
    expect((await list('pages', `?q=${encodeURIComponent('👍'.repeat(200))}`)).status).toBe(200);
  });

  it('several wrong ones are all named', async () => {
    const { errors } = problemOf(await list('pages', '?limit=0&status=x&sort=y&q=&order='), 422);
    expect(errors?.map(({ parameter }) => parameter).sort()).toEqual(['limit', 'order', 'q', 'sort', 'status']);
  });
});
