// The client package as a front end gets it: packed, installed elsewhere, compiled, run against a server.
import { execFile } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { keptToken } from '../client/example/token.ts';
import { type Client, createClient, nextPage, type Problem } from '../client/src/index.ts';
import { loadContract } from '../src/contract/contract.ts';
import { createTask, problemOf, startApi, type Task, tokenFor } from './support/api.ts';
import { temporaryFolder } from './support/folder.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = join(root, 'node_modules/typescript/bin/tsc');

const api = await startApi();
const project = temporaryFolder();

/** What the program of the example prints. */
interface Tour {
  created: Task;
  retried: Task;
  first: { saved: boolean; task: Task };
  late: { saved: boolean; task: Task };
  refused: string;
  pending: string[];
}

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2022', 'DOM'],
  types: [],
  module: 'NodeNext',
  strict: true,
  exactOptionalPropertyTypes: true,
  rewriteRelativeImportExtensions: true,
  outDir: 'dist',
  rootDir: '.',
};

// What the compiler must refuse; it complains of an expected error that does not come.
const mistakes = `
  import { createClient, type Problem, type ProblemType } from '@deed/tasks-client';
  const api = createClient({ baseUrl: '', token: '' });
  const params = { path: { user_id: 'alice' } };
  // @ts-expect-error a title is required
  api.POST('/api/{user_id}/tasks', { params, body: { completed: true } });
  // @ts-expect-error a field of a body that does not exist
  api.POST('/api/{user_id}/tasks', { params, body: { title: 'Buy milk', dueDate: null } });
  // @ts-expect-error a field that the server sets
  api.POST('/api/{user_id}/tasks', { params, body: { title: 'Buy milk', id: 1 } });
  // @ts-expect-error nothing of it exists
  api.PUT('/api/{user_id}/tasks/{id}', { params: { path: { user_id: 'alice', id: 1 } }, body: { dueDate: null } });
  // @ts-expect-error a header that the operation does not take
  api.POST('/api/{user_id}/tasks', { params: { ...params, header: { 'If-Match': '"1"' } }, body: { title: 'Buy milk' } });
  // @ts-expect-error a parameter that does not exist
  api.GET('/api/{user_id}/tasks', { params: { ...params, query: { state: 'pending' } } });
  // @ts-expect-error an option that does not exist
  api.GET('/api/{user_id}/tasks', { parms: params, params });
  // @ts-expect-error the same, by request
  api.request('get', '/api/{user_id}/tasks', { parms: params, params });
  // @ts-expect-error parameters that are required
  api.GET('/api/{user_id}/tasks');
  // @ts-expect-error a method that the path does not have
  api.DELETE('/api/{user_id}/tasks', { params });
  // @ts-expect-error data is there only where error is not
  api.GET('/').then(({ data }) => data.name);
  // @ts-expect-error a status that does not exist
  api.GET('/api/{user_id}/tasks', { params: { ...params, query: { status: 'done' } } });
  // @ts-expect-error figures are no JSON, and that is how an answer is read unless parseAs says otherwise
  api.GET('/metrics');
  // @ts-expect-error the same, by request
  api.request('get', '/docs', { cache: 'no-store' });
  // @ts-expect-error the same, in so many words
  api.GET('/openapi.yaml', { parseAs: 'json' });
  // @ts-expect-error a way to read an answer that does not exist
  api.GET('/openapi.yaml', { parseAs: 'yaml' });
  // @ts-expect-error a path that does not exist
  api.GET('/api/{user_id}/notes', { params });
  // @ts-expect-error a type of problem that does not exist
  export const type: ProblemType = '/docs#no-such-problem';
  // @ts-expect-error a kind of problem is left out: what no operation documents
  export const kind = (problem: Problem): string => {
    switch (problem.type) {
      case '/docs#bad-request': case '/docs#unauthorized': case '/docs#forbidden': case '/docs#not-found':
      case '/docs#idempotency-key-in-use': case '/docs#precondition-failed': case '/docs#content-too-large':
      case '/docs#unsupported-media-type': case '/docs#unprocessable-content': case '/docs#too-many-requests':
      case '/docs#internal-server-error': case '/docs#service-unavailable': return problem.title;
    }
  };
  // @ts-expect-error only a refused value has errors for sure
  export const count = (problem: Problem) => problem.errors.length;
`;

// What the compiler must know, and accept.
const knowledge = `
  import type { Client as OpenApiClient } from 'openapi-fetch';
  import { createClient, type paths } from '@deed/tasks-client';
  const api = createClient({ baseUrl: '', token: '' });
  export const forLibraries = api as OpenApiClient<paths>;
  const params = { path: { user_id: 'alice', id: 1 } };
  const service = await api.GET('/');
  export const name: string = service.error ? service.error.title : service.data.name;
  const read = await api.GET('/api/{user_id}/tasks/{id}', { params, headers: { Prefer: 'code=404' }, cache: 'no-store' });
  export const refused = read.error?.type === '/docs#unprocessable-content' ? read.error.errors.length : 0;
  const page = await api.GET('/docs', { parseAs: 'blob' });
  export const size: number | undefined = page.data?.size;
  const figures = await api.GET('/metrics', { parseAs: 'text' });
  export const lines: string[] | undefined = figures.data?.split('\\n');
  const raw = await api.request('get', '/api/{user_id}/tasks', { params, parseAs: 'text' });
  export const length: number = raw.error ? raw.error.status : raw.data.length;
  await api.DELETE('/api/{user_id}/tasks/{id}', { params });
  if (read.error) throw new Error((['about:blank', '/docs#not-found'] satisfies (typeof read.error.type)[]).join());
  export const title: string = read.data.title;
  const toggled = await api.request('patch', '/api/{user_id}/tasks/{id}/complete', { params });
  export const completed: boolean | undefined = toggled.data?.completed;
`;

let complaints: string;

beforeAll(async () => {
  const tarballs = await pack();
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const quietly = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', ['install', ...quietly, ...tarballs], { cwd: project });
  await cp(join(root, 'client/example'), project, { recursive: true });
  await writeFile(join(project, 'mistakes.ts'), mistakes);
  await writeFile(join(project, 'knowledge.ts'), knowledge);
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const compiled = await run('node', [tsc, '-p', project]).catch((error: { stdout: string }) => error);
  complaints = compiled.stdout;
});

it('the installed package compiles in a strict project, and refuses what the contract does not know', () => {
  expect(complaints).toBe('');
});

describe('the example, run against a server', () => {
  let tour: Tour;

  beforeAll(async () => {
    const ran = await run('node', ['dist/main.js', api.url, tokenFor('alice'), 'alice'], { cwd: project });
    tour = JSON.parse(ran.stdout);
  });

  it('creates one task however often it sends the key', async () => {
    expect(tour.created).toMatchObject({ user_id: 'alice', title: 'Buy milk', completed: false });
    expect(tour.retried).toEqual(tour.created);
    expect(await api.database.db('tasks').where({ user_id: 'alice' })).toHaveLength(4);
  });

  it('follows the links to the last page', () => {
    expect(tour.pending).toEqual(['Buy oat milk', 'Call Bob', 'Dust', 'Eat']);
    expect(api.logged.filter(({ operation }) => operation === 'listTasks')).toHaveLength(2);
  });

  it('overwrites nothing that changed since it was read', () => {
    expect(tour.first).toMatchObject({ saved: true, task: { title: 'Buy oat milk' } });
    expect(tour.late).toEqual({ ...tour.first, saved: false });
  });

  it('explains a problem by its type', () => {
    expect(tour.refused).toMatch(/^\/title must NOT have fewer than 1 characters/);
  });

  it.each([
    ['the body', 'PUT', '/1', { json: {} }, /^The body must NOT have fewer than 1 properties/],
    ['a parameter', 'GET', '?limit=0', {}, /^limit must be/],
    ['a header', 'GET', '/1', { headers: { 'If-None-Match': 'bare' } }, /^If-None-Match must match/],
  ])('names %s that is refused', async (_name, method, address, options, words) => {
    const { explain }: { explain(problem: unknown): string } = await import(`${pathToFileURL(project)}/dist/tasks.js`);
    const reply = await api.request(method, `/api/alice/tasks${address}`, { as: 'alice', ...options });
    expect(explain(problemOf(reply, 422))).toMatch(words);
  });
});

/** A client, and what it asks is answered by something between it and the API. */
function behind(proxied: Response): Client {
  return createClient({ baseUrl: 'http://tasks.test', token: '', fetch: async () => proxied });
}

const params = { path: { user_id: 'alice' } };

describe('the error', () => {
  it.each<[string, string | null, Record<string, string>]>([
    ['a page', '<h1>502 Bad Gateway</h1>', { 'Content-Type': 'text/html' }],
    ['other JSON', '{"message":"no"}', { 'Content-Type': 'application/json' }],
    ['no body', null, { 'Content-Length': '0' }],
    ['a problem cut off', '{"type":', { 'Content-Type': 'application/problem+json' }],
  ])('is a problem where a proxy answers with %s', async (_name, body, headers) => {
    const proxied = new Response(body, { status: 502, statusText: 'Bad Gateway', headers });
    const { data, error, response } = await behind(proxied).GET('/api/{user_id}/tasks', { params });
    expect(data).toBeUndefined();
    expect(response).toBe(proxied);
    const about = { type: 'about:blank', title: 'Bad Gateway', status: 502, instance: '' };
    expect(error).toEqual({ ...about, detail: expect.stringContaining('may be from something between') });
  });

  it('has the id of the request, and a title where HTTP/2 has none', async () => {
    const proxied = new Response('', { status: 504, headers: { 'X-Request-Id': 'abc' } });
    const { error } = await behind(proxied).GET('/api/{user_id}/tasks', { params });
    expect(error).toMatchObject({ title: 'Status 504', instance: 'abc' });
  });

  /** The error of an answer of this status that says of itself that it is a problem. */
  async function told(status: number, problem: unknown) {
    const headers = { 'Content-Type': 'application/problem+json', 'X-Request-Id': 'abc' };
    const proxied = new Response(JSON.stringify(problem), { status, statusText: 'Forbidden', headers });
    return (await behind(proxied).GET('/api/{user_id}/tasks', { params })).error;
  }

  const detail = 'Not from here.';
  const foreign = { type: 'about:blank', title: 'waf', status: 403, detail, instance: '/1' };

  it.each<[string, unknown, Partial<Problem>]>([
    ['without a type', { title: 'waf' }, { title: 'waf' }],
    ['without a type, but for that whole', { ...foreign, type: undefined }, { title: 'waf', detail }],
    ['of a type of its own', { ...foreign, type: '/waf' }, { title: 'waf', detail }],
    ['of a type that only begins as the API’s do', { ...foreign, type: '/docs#waf' }, { title: 'waf', detail }],
    ['that lacks members', { type: '/docs#forbidden', status: 403 }, {}],
    ['with a status in quotes', { ...foreign, status: '403' }, { title: 'waf', detail }],
    ['with a title that is no text', { ...foreign, title: 1 }, { detail }],
    ['with a detail that is no text', { ...foreign, detail: {} }, { title: 'waf' }],
    ['with an instance that is no text', { ...foreign, instance: 1 }, { title: 'waf', detail }],
    ['that is a list', [], {}],
    ['that is nothing', null, {}],
    ['that is text', 'waf', {}],
  ])('is a plain problem, in its own words, where a proxy answers one %s', async (_name, problem, words) => {
    const about = { type: 'about:blank', title: 'Forbidden', status: 403, instance: 'abc' };
    const unsaid = 'The answer does not say. It may be from something between the API and its caller.';
    expect(await told(403, problem)).toEqual({ ...about, detail: unsaid, ...words });
  });

  it.each([
    ...Object.values(loadContract().problems),
    { type: 'about:blank', title: 'Method Not Allowed', status: 405 },
  ])('is taken as it is when its type is $type', async ({ type, title, status }) => {
    const errors = [{ pointer: '/title', message: 'is refused', code: 'invalid' }];
    const problem = { type, title, status, detail, instance: 'def', errors };
    expect(await told(status, problem)).toEqual(problem);
  });

  it('is the API’s own where the API says what no operation documents', async () => {
    const client = createClient({ baseUrl: `${api.url}/nowhere`, token: tokenFor('alice') });
    const { error } = await client.GET('/health');
    expect(error).toMatchObject({ type: 'about:blank', status: 404, detail: 'There is nothing at this address.' });
  });

  it('is not there, and neither is data, while what was read is the same', async () => {
    const { id } = await createTask(api, 'bob', { title: 'Buy milk' });
    const client = createClient({ baseUrl: api.url, token: tokenFor('bob') });
    const path = { user_id: 'bob', id };
    const read = await client.GET('/api/{user_id}/tasks/{id}', { params: { path } });
    const params = { path, header: { 'If-None-Match': read.response.headers.get('ETag') ?? '' } };
    const { data, error, response } = await client.GET('/api/{user_id}/tasks/{id}', { params });
    expect({ data, error, status: response.status }).toEqual({ data: undefined, error: undefined, status: 304 });
  });
});

describe('a success', () => {
  it.each<[string, string | null, Record<string, string>]>([
    ['a page', '<!doctype html><title>Sign in</title>', { 'Content-Type': 'text/html' }],
    ['a page of known length', '<h1>Hi</h1>', { 'Content-Type': 'text/html', 'Content-Length': '11' }],
    ['JSON cut off', '[{"id":1,', { 'Content-Type': 'application/json' }],
    ['nothing', null, { 'Content-Length': '0' }],
    ['nothing, of a length that nobody says', '', { 'Content-Type': 'application/json' }],
  ])('is a problem where a proxy answers with %s', async (_name, body, headers) => {
    const proxied = new Response(body, { statusText: 'OK', headers: { ...headers, 'X-Request-Id': 'abc' } });
    const { data, error, response } = await behind(proxied).GET('/api/{user_id}/tasks', { params });
    expect(data).toBeUndefined();
    expect(response).toBe(proxied);
    const about = { type: 'about:blank', title: 'OK', status: 200, instance: 'abc' };
    expect(error).toEqual({ ...about, detail: expect.stringMatching(/^The answer is not JSON\./) });
  });

  it.each(['text', 'blob', 'arrayBuffer', 'stream'] as const)(
    'is whatever it is to who reads it as %s',
    async (parseAs) => {
      const client = behind(new Response('<h1>Hi</h1>'));
      const { data, error } = await client.GET('/api/{user_id}/tasks', { params, parseAs });
      expect(error).toBeUndefined();
      expect(await new Response(data).text()).toBe('<h1>Hi</h1>');
    },
  );

  it.each([
    ['/metrics', '# HELP'],
    ['/openapi.yaml', 'openapi: '],
    ['/docs', '<!doctype html>'],
    ['/docs/try', '<!doctype html>'],
  ] as const)('of %s is text', async (path, start) => {
    const client = createClient({ baseUrl: api.url, token: '' });
    const { data, error } = await client.GET(path, { parseAs: 'text' });
    expect(error).toBeUndefined();
    expect(data?.slice(0, start.length)).toBe(start);
  });

  it('has neither data nor error where there is no content', async () => {
    const { id } = await createTask(api, 'erin', { title: 'Buy milk' });
    const client = createClient({ baseUrl: api.url, token: tokenFor('erin') });
    const path = { user_id: 'erin', id };
    const { data, error, response } = await client.DELETE('/api/{user_id}/tasks/{id}', { params: { path } });
    expect({ data, error, status: response.status }).toEqual({ data: undefined, error: undefined, status: 204 });
  });

  it('has neither of them where the form is to be emptied', async () => {
    // RFC 9110, section 15.3.6: a 205 has no content.
    const { data, error } = await behind(new Response(null, { status: 205 })).GET('/health');
    expect({ data, error }).toEqual({ data: undefined, error: undefined });
  });

  it('has neither of them where only its headers were asked for', async () => {
    const client = createClient({ baseUrl: api.url, token: '' });
    // The contract has no HEAD of its own (RFC 9110, section 9.3.2: it is that of GET), so the types have none.
    const head = client.HEAD as unknown as (path: string) => ReturnType<typeof client.GET<'/health'>>;
    const { data, error, response } = await head('/health');
    expect({ data, error, status: response.status }).toEqual({ data: undefined, error: undefined, status: 200 });
  });
});

describe('a token that is refused', () => {
  const stale = tokenFor('dave', { iss: 'stale' }).replace(/\w+$/, 'x');
  const path = { user_id: 'dave' };

  /** Creates a task with a client of this token; `sent` is what the API was sent. */
  async function create(token: Parameters<typeof createClient>[0]['token'], key: string) {
    const sent: Request[] = [];
    const record = (request: Request) => {
      sent.push(request.clone());
      return fetch(request);
    };
    const client = createClient({ baseUrl: api.url, token, fetch: record });
    const params = { path, header: { 'Idempotency-Key': key } };
    const answer = await client.POST('/api/{user_id}/tasks', { params, body: { title: key } });
    return { ...answer, sent };
  }

  it('is renewed, and the request sent again as it was', async () => {
    const asked: (string | undefined)[] = [];
    const token = async (refused?: string) => {
      asked.push(refused);
      return refused === undefined ? stale : tokenFor('dave');
    };
    const { data, sent } = await create(token, 'renewed');
    expect(data).toMatchObject({ title: 'renewed' });
    expect(asked).toEqual([undefined, stale]);
    expect(sent.map(({ headers }) => headers.get('Idempotency-Key'))).toEqual(['renewed', 'renewed']);
    expect(await Promise.all(sent.map((request) => request.json()))).toEqual([
      { title: 'renewed' },
      { title: 'renewed' },
    ]);
  });

  it.each<[string, Parameters<typeof createClient>[0]['token'], number]>([
    ['twice where the new one is refused as well', (refused) => (refused === undefined ? stale : `${stale}x`), 2],
    ['once where there is no new one', () => stale, 1],
    ['once where it is a string', stale, 1],
  ])('is sent %s', async (_name, token, times) => {
    const { error, sent } = await create(token, 'never');
    expect(error?.type).toBe('/docs#unauthorized');
    expect(sent).toHaveLength(times);
  });

  it('is got again by whoever keeps it, and no sooner', async () => {
    const got: string[] = [];
    const token = keptToken(async () => {
      got.push(got.length === 0 ? stale : tokenFor('dave'));
      return got.at(-1) ?? '';
    });
    for (const key of ['kept-1', 'kept-2']) expect((await create(token, key)).response.status).toBe(201);
    expect(got).toHaveLength(2);
  });
});

it('overwrites nothing that changed, nor refuses what did not, behind a proxy that weakens entity tags', async () => {
  const { id } = await createTask(api, 'carol', { title: 'Buy milk' });
  // As nginx does when it compresses (RFC 9110, section 8.8.1).
  const weakening = async (request: Request) => {
    const answer = await fetch(request);
    const tag = answer.headers.get('ETag');
    return tag === null ? answer : new Response(answer.body, { headers: { ETag: `W/${tag}` } });
  };
  const client = createClient({ baseUrl: api.url, token: tokenFor('carol'), fetch: weakening });
  const address = '/api/{user_id}/tasks/{id}';
  const path = { user_id: 'carol', id };
  const read = await client.GET(address, { params: { path } });
  const version = read.response.headers.get('ETag') ?? '';
  expect(version).toMatch(/^W\/"1\b/);
  const rename = (tags: string) =>
    client.PUT(address, { params: { path, header: { 'If-Match': tags } }, body: { title: 'Buy oat milk' } });
  expect((await rename(`"W/", ${version}`)).data).toMatchObject({ title: 'Buy oat milk' });
  expect((await rename(version)).error).toMatchObject({ status: 412 });
});

describe('the next page', () => {
  it.each([
    ['</tasks?limit=2&cursor=a%2Bb.c>; rel="next"', { cursor: 'a+b.c' }],
    ['</tasks?cursor=first>; rel="prev", <https://tasks.test/tasks?q=x,y&cursor=a>; rel=next', { cursor: 'a' }],
    ['</tasks?cursor=first>; rel="prev"', undefined],
    ['</tasks?offset=2>; rel="next"', undefined],
  ])('of an answer with the link %s', (link, page) => {
    expect(nextPage(new Response(null, { headers: { Link: link } }))).toEqual(page);
  });

  it('is not there without a link', () => {
    expect(nextPage(new Response(null))).toBeUndefined();
  });
});

/** Packs the client and all that it depends on, so that installing it asks no registry. */
async function pack(): Promise<string[]> {
  await run('node', [tsc, '-p', 'client'], { cwd: root });
  const packages = ['./client', './node_modules/openapi-fetch', './node_modules/openapi-typescript-helpers'];
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', project, ...packages], { cwd: root });
  return (JSON.parse(stdout) as { filename: string }[]).map(({ filename }) => `./${filename}`);
}
