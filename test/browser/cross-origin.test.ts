// What a front end on another origin can do and read, in a real browser: CORS as it works, not as its headers look.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, startApi, type Task, tokenFor } from '../support/api.ts';
import { startBrowser } from '../support/browser.ts';

const frontEnd = createServer((_req, res) => res.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
await new Promise<void>((resolve) => frontEnd.listen(0, '127.0.0.1', resolve));
afterAll(() => frontEnd.close());
const { port } = frontEnd.address() as AddressInfo; // that of a server that listens on a port
const allowed = `http://127.0.0.1:${port}`;
const stranger = `http://localhost:${port}`;

// The front end in development, whatever else is on that port of this machine.
const development = 'http://localhost:3000';
const browser = await startBrowser(`--host-resolver-rules=MAP localhost:3000 127.0.0.1:${port}`);
const api = await startApi({ CORS_ORIGINS: allowed });

describe('a page on an allowed origin', () => {
  let page: Page;
  let task: Task;

  beforeAll(async () => {
    page = await browser.newPage();
    await page.goto(allowed);
  });

  it('creates a task, and reads its address, its version and the id of the request', async () => {
    const { status, headers, text } = await send(page, api, 'POST', '/api/alice/tasks', {
      json: { title: 'From afar' },
      headers: { 'Idempotency-Key': 'once', 'X-Request-Id': 'of-the-page' },
    });
    task = JSON.parse(text);
    expect(status).toBe(201);
    expect(headers).toMatchObject({
      location: `/api/alice/tasks/${task.id}`,
      etag: expect.stringMatching(/^"1\b/),
      'x-request-id': 'of-the-page',
    });
  });

  it('repeats the creation safely', async () => {
    const options = { json: { title: 'From afar' }, headers: { 'Idempotency-Key': 'once' } };
    const { status, text } = await send(page, api, 'POST', '/api/alice/tasks', options);
    expect([status, JSON.parse(text)]).toEqual([201, task]);
  });

  it('lists tasks, and reads where the next page is and how many there are', async () => {
    await send(page, api, 'POST', '/api/alice/tasks', { json: { title: 'Another' } });
    const { status, headers } = await send(page, api, 'GET', '/api/alice/tasks?limit=1&count=exact');
    expect([status, headers['x-total-count']]).toEqual([200, '2']);
    expect(headers['link']).toMatch(/^<\/api\/alice\/tasks\?.*cursor=.*>; rel="next"$/);
  });

  it('sees 304 when it asks with If-None-Match itself', async () => {
    const address = `/api/alice/tasks/${task.id}`;
    const read = await send(page, api, 'GET', address);
    const { etag = '' } = read.headers;
    expect([read.status, etag]).toEqual([200, expect.stringMatching(/^"1\b/)]);
    const again = await send(page, api, 'GET', address, { headers: { 'If-None-Match': etag } });
    expect([again.status, again.headers['etag'], again.text]).toEqual([304, etag, '']);
  });

  it('sees 200 from the cache when the browser asked on its own and the task was the same', async () => {
    const address = `/api/alice/tasks/${task.id}`;
    const answered = page.waitForResponse(api.url + address);
    const read = await send(page, api, 'GET', address);
    expect([read.status, JSON.parse(read.text)]).toEqual([200, task]);
    expect((await answered).status()).toBe(200);
    expect(api.logged.filter(({ path }) => path === address).at(-1)).toMatchObject({ status: 304 });
  });

  it('changes, completes and deletes a task on the condition that it is still the same', async () => {
    const address = `/api/alice/tasks/${task.id}`;
    const { etag: first = '' } = (await send(page, api, 'GET', address)).headers;
    const changed = await send(page, api, 'PUT', address, { json: { title: 'New' }, headers: { 'If-Match': first } });
    const { etag: second = '' } = changed.headers;
    expect([changed.status, second]).toEqual([200, expect.stringMatching(/^"2\b/)]);
    const late = await send(page, api, 'PUT', address, { json: { title: 'Late' }, headers: { 'If-Match': first } });
    expect(late.status).toBe(412);
    const done = await send(page, api, 'PATCH', `${address}/complete`, { headers: { 'If-Match': second } });
    const { etag: third = '' } = done.headers;
    expect([done.status, third]).toEqual([200, expect.stringMatching(/^"3\b/)]);
    const gone = await send(page, api, 'DELETE', address, { headers: { 'If-Match': third } });
    expect([gone.status, gone.text]).toEqual([204, '']);
  });

  it('reads what is wrong with its token', async () => {
    const { status, headers } = await send(page, api, 'GET', '/api/alice/tasks', {
      headers: { Authorization: 'Bearer nonsense' },
    });
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('reads how long it has to wait when it has asked too often', async () => {
    const strict = await startApi({ CORS_ORIGINS: allowed, RATE_LIMIT_PER_MINUTE: '1' });
    const first = await send(page, strict, 'GET', '/api/alice/tasks');
    expect([first.status, first.headers['ratelimit-remaining']]).toEqual([200, '0']);
    const { status, headers } = await send(page, strict, 'GET', '/api/alice/tasks');
    expect(status).toBe(429);
    expect(headers).toMatchObject({
      'retry-after': expect.stringMatching(/^\d+$/),
      'ratelimit-limit': '1',
      'ratelimit-remaining': '0',
      'ratelimit-reset': expect.stringMatching(/^\d+$/),
    });
  });
});

describe('a page on an origin that is not allowed', () => {
  it.each([
    ['GET', '/api/alice/tasks'],
    ['POST', '/api/alice/tasks'],
    ['DELETE', '/api/alice/tasks/1'],
    ['GET', '/health'],
  ])('%s %s is refused by the browser', async (method, path) => {
    const page = await browser.newPage();
    await page.goto(stranger);
    await expect(send(page, api, method, path)).rejects.toThrow('Failed to fetch');
  });

  it('its write does not reach the tasks', async () => {
    const page = await browser.newPage();
    await page.goto(stranger);
    await expect(send(page, api, 'POST', '/api/eve/tasks', { json: { title: 'x' } })).rejects.toThrow();
    expect(await api.database.db('tasks').where({ user_id: 'eve' })).toEqual([]);
  });
});

it('a front end in development is on the origin that is allowed when nothing else is set', async () => {
  const byDefault = await startApi();
  const page = await browser.newPage();
  await page.goto(development);
  expect(await send(page, byDefault, 'GET', '/api/alice/tasks')).toMatchObject({ status: 200, text: '[]' });
});

interface Options {
  json?: unknown;
  headers?: Record<string, string>;
}

/** A request of the page's own script, with the token of the user in the path, and what the script can read of the answer. */
function send(page: Page, { url }: Api, method: string, path: string, { json, headers }: Options = {}) {
  const user = path.split('/')[2] ?? '';
  const init = {
    method,
    ...(json !== undefined && { body: JSON.stringify(json) }),
    headers: {
      Authorization: `Bearer ${tokenFor(user)}`,
      ...(json !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
  };
  return page.evaluate(
    async ([address, options]) => {
      const response = await fetch(address, options);
      const readable: Record<string, string> = Object.fromEntries(response.headers);
      return { status: response.status, headers: readable, text: await response.text() };
    },
    [url + path, init] as const,
  );
}
