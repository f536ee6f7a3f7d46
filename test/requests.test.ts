// What cannot be read, or should not be: every input gets a clear 4xx, and none gets an internal or a 5xx.
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createTask, problemOf, type RequestOptions, startApi, tokenFor } from './support/api.ts';
import { heapUsed } from './support/heap.ts';
import { ofRequests } from './support/owner-predicate.ts';

const api = await startApi();
const post = (options: RequestOptions) => api.request('POST', '/api/alice/tasks', { as: 'alice', ...options });
const postText = (body: RequestOptions['body'], headers: Record<string, string> = {}) =>
  post({ body, headers: { 'Content-Type': 'application/json', ...headers } } as RequestOptions);

/** Sends bytes as they are and gives back what comes. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port, hostname } = new URL(api.url);
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('a body', () => {
  it.each([
    ['nothing', ''],
    ['half an object', '{"title":"x"'],
    ['no JSON', 'title=x'],
    ['JSON with a comment', '{"title":"x"} // x'],
    ['JSON5', "{title:'x'}"],
    ['a byte order mark only', '\ufeff'],
    ['a byte order mark', '\ufeff{"title":"x"}'],
    ['white space', '  '],
    ['NUL as it is', '{"title":"\0"}'],
    ['an open end of 50,000 levels', '['.repeat(50_000)],
  ])('with %s is 400', async (_name, body) => {
    problemOf(await postText(body), 400);
  });

  it('that is no JSON is not quoted, neither in the answer nor in the log', async () => {
    expect(problemOf(await postText('{"title":secret}'), 400).detail).toBe('The body is not readable as JSON.');
    expect(JSON.stringify(api.logged)).not.toContain('secret');
  });

  it.each([
    ['a stray byte', [0xff]],
    ['an overlong NUL', [0xc0, 0x80]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a cut character', [0xe2, 0x82]],
  ])('with %s is no UTF-8 and so 400', async (_name, bytes) => {
    const body = Buffer.concat([Buffer.from('{"title":"'), Buffer.from(bytes), Buffer.from('"}')]);
    problemOf(await postText(body), 400);
  });

  it.each([
    ['NUL', '{"title":"a\\u0000b"}', '/title'],
    ['a high surrogate alone', '{"title":"a\\ud83d"}', '/title'],
    ['a low surrogate alone', '{"title":"\\udc4d"}', '/title'],
    ['surrogates the wrong way round', '{"title":"x","description":"\\udc4d\\ud83d"}', '/description'],
  ])('with %s in a text is refused by name', async (_name, body, pointer) => {
    expect(problemOf(await postText(body), 422).errors).toMatchObject([{ pointer, code: 'text' }]);
  });

  it('with NUL in a text beside another fault has both named', async () => {
    const { errors } = problemOf(await postText('{"title":"a\\u0000b","completed":"x"}'), 422);
    expect(errors?.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/completed', 'type'],
      ['/title', 'text'],
    ]);
  });

  it('with thousands of faults is answered in short', async () => {
    const deep = postText(`${'["\\u0000",'.repeat(9_000)}1${']'.repeat(9_000)}`);
    expect(problemOf(await deep, 422).errors).toHaveLength(1);
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`unknown ${index}`, 1]));
    const problem = problemOf(await post({ json: { title: 'x', ...wide } }), 422);
    expect(problem.detail).toBe('5000 values break the contract.');
    expect(problem.errors).toHaveLength(50);
  });

  it('with a slash in an unknown name is pointed to as RFC 6901 has it', async () => {
    const { errors } = problemOf(await post({ json: { title: 'x', 'a/b~c': 1 } }), 422);
    expect(errors).toMatchObject([{ pointer: '/a~1b~0c', code: 'additionalProperties' }]);
  });

  it('with a whole pair of surrogates is fine', async () => {
    expect((await postText('{"title":"\\ud83d\\udc4d"}')).json).toMatchObject({ title: '👍' });
  });

  it.each([
    ['arrays', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['an unknown field', `{"title":"x","deep":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ])('nested deeply in %s is 422', async (_name, body) => {
    problemOf(await postText(body), 422);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'])(
    'with the key %s is refused, and nothing is polluted',
    async (key) => {
      const body = `{"title":"x",${JSON.stringify(key)}:{"completed":true,"polluted":true}}`;
      expect(problemOf(await postText(body), 422).errors).toMatchObject([{ pointer: `/${key}` }]);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    },
  );

  it('of 2 MB is 413', async () => {
    const problem = problemOf(await post({ json: { title: 'x', description: 'x'.repeat(2_000_000) } }), 413);
    expect(problem.detail).toContain('102400');
  });

  it('of 2 MB in chunks, its length unsaid, is 413', async () => {
    const head = `POST /api/alice/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor('alice')}\r\n`;
    const type = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const last = 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const answers = await raw(`${head}${type}${chunk.repeat(32)}0\r\n\r\n${last}`);
    expect(answers).toMatch(/^HTTP\/1\.1 413 [\s\S]*HTTP\/1\.1 200 /);
  });

  it.each([
    ['its length says so', 'Content-Length: 200000\r\n\r\n{', '413'],
    ['it has come in chunks', `Transfer-Encoding: chunked\r\n\r\n20000\r\n${'x'.repeat(0x20000)}\r\n`, '413'],
    ['it is asked whether it may come', 'Content-Length: 200000\r\nExpect: 100-continue\r\n\r\n', '413'],
    ['it may come, and it does', 'Content-Length: 2\r\nExpect: 100-continue\r\n\r\n', '100'],
  ])('that is too long is refused as soon as %s', async (_name, rest, status) => {
    const head = `POST /api/alice/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor('alice')}\r\n`;
    const { port, hostname } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    socket.write(`${head}Content-Type: application/json\r\n${rest}`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    socket.destroy();
  });

  it('of exactly the limit is read', async () => {
    const small = await startApi({ BODY_LIMIT: '64' });
    const body = (length: number) => `{"title":"${'x'.repeat(length - 12)}"}`;
    const send = (length: number) =>
      small.request('POST', '/api/alice/tasks', {
        as: 'alice',
        body: body(length),
        headers: { 'Content-Type': 'application/json' },
      });
    expect((await send(64)).status).toBe(201);
    problemOf(await send(65), 413);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/merge-patch+json',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    'json',
  ])('of type %s is 415', async (type) => {
    problemOf(await post({ body: '{"title":"x"}', headers: { 'Content-Type': type } }), 415);
  });

  it('without a type is 415', async () => {
    problemOf(await post({ body: Buffer.from('{"title":"x"}') }), 415);
  });

  it('that is not there at all is 400', async () => {
    const head = `POST /api/alice/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor('alice')}\r\n`;
    expect(await raw(`${head}Content-Type: application/json\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each(['application/json; charset=utf-8', 'application/json; charset=utf8', 'application/json;charset="UTF-8"'])(
    'of type %s is JSON',
    async (type) => {
      expect((await post({ body: '{"title":"x"}', headers: { 'Content-Type': type } })).status).toBe(201);
    },
  );

  it.each(['gzip', 'br', 'identity', 'nonsense'])('in the encoding %s is 415', async (encoding) => {
    const body = encoding === 'gzip' ? gzipSync('{"title":"x"}') : '{"title":"x"}';
    problemOf(await postText(body, { 'Content-Encoding': encoding }), 415);
  });
});

describe('an anonymous caller', () => {
  it.each([
    ['a broken body', { body: '{', headers: { 'Content-Type': 'application/json' } }],
    ['2 MB', { body: 'x'.repeat(2_000_000), headers: { 'Content-Type': 'application/json' } }],
    ['no JSON', { body: 'x', headers: { 'Content-Type': 'text/plain' } }],
    ['an invalid body', { json: {} }],
  ])('with %s learns only that a token is needed', async (_name, options: RequestOptions) => {
    problemOf(await api.request('POST', '/api/alice/tasks', options), 401);
  });

  it.each([
    '/api/alice/tasks?x=1',
    '/api/alice/tasks?limit=0',
    '/api/alice/tasks/0',
    '/api/alice/tasks/1.0',
    '/api/%00/tasks',
  ])('at %s learns only that a token is needed', async (path) => {
    problemOf(await api.request('GET', path), 401);
  });
});

describe('a path', () => {
  it.each([
    '01',
    '1.0',
    '1e0',
    '+1',
    '%201',
    '1%20',
    '%31',
    '1%30',
    '0x1',
    '-1',
    '0',
    'one',
    '1,2',
    '9007199254740992',
    '9'.repeat(400),
    '%00',
    '1%00',
    '١',
    'NaN',
    'null',
    '1;x',
  ])('with the id %s is not another address of task 1', async (id) => {
    const { errors } = problemOf(await api.request('GET', `/api/alice/tasks/${id}`, { as: 'alice' }), 422);
    expect(errors).toMatchObject([{ parameter: 'id' }]);
  });

  it('with an id that is written as no other part of the address is, either', async () => {
    const { errors } = problemOf(await api.request('GET', '/api/5000/tasks/%35%30%30%30', { as: '5000' }), 422);
    expect(errors).toMatchObject([{ parameter: 'id' }]);
  });

  it('with the greatest id there can be is simply not found', async () => {
    problemOf(await api.request('GET', '/api/alice/tasks/9007199254740991', { as: 'alice' }), 404);
  });

  it.each([
    '/api/alice/tasks/',
    '/api/alice/tasks/1/',
    '/API/alice/tasks',
    '/api/alice/Tasks',
    '/api/alice/tasks/1/Complete',
    '//api/alice/tasks',
    '/api//tasks',
    '/api/alice//tasks',
    '/api/alice',
    '/api',
    '/api/alice/tasks/1/complete/x',
    '/health/',
    '/Health',
    '/docs/',
    '/docs/redoc.js',
    '/openapi',
    '/favicon.ico',
    '/.env',
    '/%2e%2e/package.json',
  ])('%s is no address', async (path) => {
    expect(problemOf(await api.request('GET', path, { as: 'alice' }), 404).type).toBe('about:blank');
    problemOf(await api.request('OPTIONS', path), 404);
  });

  it.each(['/api/%zz/tasks', '/api/%/tasks', '/api/%ff/tasks', '/api/alice/tasks/%ed%a0%80'])(
    '%s is not readable and so 400',
    async (path) => {
      problemOf(await api.request('GET', path, { as: 'alice' }), 400);
    },
  );

  it.each(['alice%2Ftasks', 'alice%00', 'Alice', 'alice%20', '%20alice', 'al%69ce%2e'])(
    'of the user %s is not that of alice',
    async (user) => {
      problemOf(await api.request('GET', `/api/${user}/tasks`, { as: 'alice' }), 403);
    },
  );

  it.each([
    ['alice', 'al%69ce'],
    ['alice', '%61lice'],
    ['a/b', 'a%2fb'],
    ['a.b', 'a%2Eb'],
  ])('of the user %s has no other address, such as %s', async (user, spelling) => {
    const problem = problemOf(await api.request('GET', `/api/${spelling}/tasks`, { as: user }), 422);
    expect(problem.errors).toEqual([
      { parameter: 'user_id', message: 'must be text in its usual spelling', code: 'type' },
    ]);
  });

  it.each(['me@example.com', 'a/b', 'ä 👍', '..', '%', 'a?b#c', '01', 'x'.repeat(255)])(
    'leads the user %s to what is theirs',
    async (user) => {
      const path = `/api/${encodeURIComponent(user)}/tasks`.replace('/../', '/%2e%2e/');
      const answer = await raw(
        `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor(user)}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*\[\]$/);
    },
  );
});

describe('a method', () => {
  it.each([
    ['/api/alice/tasks', 'GET, POST, HEAD, OPTIONS', ['PUT', 'PATCH', 'DELETE']],
    ['/api/alice/tasks/1', 'GET, PUT, DELETE, HEAD, OPTIONS', ['POST', 'PATCH']],
    ['/api/alice/tasks/1/complete', 'PATCH, OPTIONS', ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']],
    ['/health', 'GET, HEAD, OPTIONS', ['POST', 'PUT', 'PATCH', 'DELETE']],
  ])('that %s does not have is 405, with those that it has', async (path, allow, methods) => {
    for (const method of [...methods, 'PROPFIND', 'SEARCH']) {
      const reply = await api.request(method, path, { as: 'alice' });
      expect([method, reply.status, reply.headers.get('allow')]).toEqual([method, 405, allow]);
      if (method !== 'HEAD') expect(problemOf(reply, 405).type).toBe('about:blank');
    }
    const options = await api.request('OPTIONS', path);
    expect([options.status, options.headers.get('allow'), options.text]).toEqual([204, allow, '']);
  });

  it('HEAD answers as GET does, without the body', async () => {
    const { id } = await createTask(api, 'alice', { title: 'Head' });
    for (const path of [
      `/api/alice/tasks/${id}`,
      '/api/alice/tasks?limit=1&count=exact',
      '/',
      '/health',
      '/ready',
      '/openapi.json',
      '/docs',
    ]) {
      const [get, head] = [
        await api.request('GET', path, { as: 'alice' }),
        await api.request('HEAD', path, { as: 'alice' }),
      ];
      expect([path, head.status, head.text]).toEqual([path, 200, '']);
      for (const name of ['content-type', 'content-length', 'etag', 'link', 'x-total-count']) {
        expect([path, name, head.headers.get(name)]).toEqual([path, name, get.headers.get(name)]);
      }
    }
    problemOf(await api.request('GET', '/api/alice/tasks/999999', { as: 'alice' }), 404);
    const missing = await api.request('HEAD', '/api/alice/tasks/999999', { as: 'alice' });
    expect([missing.status, missing.text]).toEqual([404, '']);
    expect((await api.request('HEAD', '/api/alice/tasks')).status).toBe(401);
  });
});

describe('a target', () => {
  const get = (target: string, headers = 'Host: x\r\n') =>
    raw(`GET ${target} HTTP/1.1\r\n${headers}Authorization: Bearer ${tokenFor('alice')}\r\nConnection: close\r\n\r\n`);

  it.each(['/health', '/api/alice/tasks', '/api/alice/tasks?limit=1'])(
    'in absolute form is that of %s',
    async (path) => {
      expect(await get(`http://example.com${path}`)).toMatch(/^HTTP\/1\.1 200 /);
    },
  );

  it('of a user whose name is no address as it stands is one in the links', async () => {
    const user = 'a>b"c';
    for (const title of ['1', '2']) {
      const path = `/api/${encodeURIComponent(user)}/tasks`;
      expect((await api.request('POST', path, { as: user, json: { title } })).status).toBe(201);
    }
    const answer = await raw(
      `GET /api/${user}/tasks?limit=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor(user)}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/\r\nLink: <\/api\/a%3Eb%22c\/tasks\?limit=1&cursor=[^>]+>; rel="next"\r\n/);
  });

  it('of an address alone is that of the service', async () => {
    expect(await get('http://example.com')).toMatch(/^HTTP\/1\.1 200 [\s\S]*Tasks API/);
  });

  it.each(['/health#x', '/health?\xa0', '/api\\alice\\tasks?\xff'])('%j is 400', async (target) => {
    expect(await get(target)).toMatch(/^HTTP\/1\.1 400 [\s\S]*problem\+json/);
  });

  it('with two tokens is refused: a proxy may have looked at the other one', async () => {
    const field = `Authorization: Bearer ${tokenFor('alice')}\r\n`;
    const answer = await raw(`GET /api/alice/tasks HTTP/1.1\r\nHost: x\r\n${field}${field}Connection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*two Authorization headers/);
  });

  it.each(['', 'Host: a\r\nHost: b\r\n', 'Host: a b\r\n', 'Host: a/b\r\n', 'Host: <x>\r\n'])(
    'with %j is 400',
    async (headers) => {
      expect(await get('/health', headers)).toMatch(/^HTTP\/1\.1 400 [\s\S]*problem\+json/);
    },
  );

  it.each(['Host:\r\n', 'Host: [::1]:8000\r\n', 'Host: a.example:80\r\n'])('with %j is answered', async (headers) => {
    expect(await get('/health', headers)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    'http://[/api/alice/tasks',
    'http://[/health',
    'http://a@b:c/health',
    'http://user@x/health',
    'ftp://[::1/health',
    'ftp://x/health',
    'ftp://x/api\\alice\\tasks',
    'file:///health',
    'foo://xn--0/health',
  ])('of another server, %s, is a problem like any other', async (target) => {
    const before = api.logged.length;
    expect(await get(target)).toMatch(/^HTTP\/1\.1 404 [\s\S]*X-Request-Id[\s\S]*problem\+json/);
    await expect.poll(() => api.logged.slice(before)).toMatchObject([{ msg: 'request', status: 404 }]);
  });

  it('of a tunnel is refused', async () => {
    expect(await raw('CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 501 [\s\S]*problem\+json/,
    );
  });

  it('with another expectation than to go on is 417', async () => {
    expect(await get('/health', 'Host: x\r\nExpect: miracles\r\n')).toMatch(/^HTTP\/1\.1 417 [\s\S]*problem\+json/);
  });
});

it('probes at the same moment share one look at the database', async () => {
  const held = await api.database.db.transaction();
  await held.raw('lock table users in access exclusive mode');
  const before = api.statements.length;
  const probes = Array.from({ length: 10 }, () => api.request('GET', '/ready'));
  // What is asked after them is answered after they have come.
  for (let index = 0; index < 3; index += 1) await api.request('GET', '/health');
  await held.rollback();
  expect((await Promise.all(probes)).map(({ status }) => status)).toEqual(Array(10).fill(200));
  const asked = ofRequests(api.statements.slice(before)).filter(({ sql }) => !/^rollback/i.test(sql));
  expect(asked).toHaveLength(2);
});

describe('on one connection', () => {
  const create = (headers: string, version = '1.1', user = 'framer') => {
    const all = `Host: x\r\nAuthorization: Bearer ${tokenFor(user)}\r\nContent-Type: application/json\r\n${headers}`;
    return `POST /api/${user}/tasks HTTP/${version}\r\n${all}\r\n`;
  };
  const chunked = '9\r\n{"title":\r\n4\r\n"x"}\r\n0\r\n\r\n';
  const stored = async () =>
    (await api.request('GET', '/api/framer/tasks?count=exact', { as: 'framer' })).headers.get('x-total-count');

  it('more than ten requests that wait for their answers are too many', async () => {
    const before = api.logged.length;
    expect(await raw('GET /health HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1_000))).toBe('');
    const [cut] = api.logged.slice(before).filter(({ msg }) => msg !== 'request');
    expect(cut).toMatchObject({
      msg: 'too many requests on one connection',
      client: expect.stringContaining('127.0.0.1'),
    });
    expect((await api.request('GET', '/health')).status).toBe(200);
  });

  it('requests are served one after the other', async () => {
    const body = '{"title":"next"}';
    const post = `${create(`Content-Length: ${body.length}\r\n`, '1.1', 'in-line')}${body}`;
    const list = `GET /api/in-line/tasks?count=exact HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor('in-line')}\r\n`;
    const answers = await raw(`${post}${list}\r\n${post}${list}Connection: close\r\n\r\n`);
    expect(answers.match(/HTTP\/1\.1 \d+|X-Total-Count: \d+/g)).toEqual([
      'HTTP/1.1 201',
      'HTTP/1.1 200',
      'X-Total-Count: 1',
      'HTTP/1.1 201',
      'HTTP/1.1 200',
      'X-Total-Count: 2',
    ]);
  });

  it('a tunnel that is asked for behind a request does not take the place of its answer', async () => {
    const body = '{"title":"kept"}';
    const tunnel = 'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n';
    const answers = await raw(`${create(`Content-Length: ${body.length}\r\n`, '1.1', 'tunneller')}${body}${tunnel}`);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 201', 'HTTP/1.1 501']);
  });

  it('a body that cannot be read gets one answer', async () => {
    const answers = await raw(`${create('Transfer-Encoding: xchunked\r\n')}{"title":"x"}`);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
  });

  it('a request of another version of HTTP than 1 is 400', async () => {
    expect(await raw('GET /health HTTP/2.0\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*problem\+json/);
  });

  it('a request of HTTP/1.0 that is sent in chunks or in another coding is 400, and ends the connection', async () => {
    const more = 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n';
    const keep = 'Connection: keep-alive\r\n';
    const old = await raw(`${create(`Transfer-Encoding: chunked\r\n${keep}`, '1.0')}${chunked}${more}`);
    const other = await raw(`${create('Transfer-Encoding: gzip, chunked\r\n')}${chunked}${more}`);
    for (const answers of [old, other]) {
      expect(answers).toMatch(/^HTTP\/1\.1 400 [\s\S]*problem\+json/);
      expect(answers.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    }
    expect(await stored()).toBe('0');
  });

  it('a request for another protocol is answered in this one, and ends the connection', async () => {
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
    const answer = await raw(`GET /health HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*Connection: close/);
  });

  it('what cannot be read does not take the place of an answer that is due', async () => {
    const body = '{"title":"kept"}';
    const answers = await raw(`${create(`Content-Length: ${body.length}\r\n`)}${body}GARBAGE\r\n\r\n`);
    expect(answers).toMatch(/^HTTP\/1\.1 201 /);
    expect(answers.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(await stored()).toBe('1');
  });

  it('no header is left out, however many there are', async () => {
    const many = 'a:\r\n'.repeat(2_100);
    expect(await raw(`${create(`${many}Content-Encoding: gzip\r\nConnection: close\r\n`)}`)).toMatch(
      /^HTTP\/1\.1 415 /,
    );
  });
});

it('of what a caller sends, the log has no more than it needs', async () => {
  const long = 'eyJ'.repeat(2_000) + '/x'.repeat(4_000);
  problemOf(await api.request('GET', `/api/${long}`), 404);
  problemOf(await api.request('GET', `/api/alice/tasks?${long}`, { as: 'alice' }), 400);
  const written = () => api.logged.filter(({ path, detail }) => /\/x\/x/.test(`${path} ${detail}`));
  await expect.poll(written).toHaveLength(2);
  for (const line of written()) expect(JSON.stringify(line).length).toBeLessThan(1_200);
});

describe('what is not HTTP', () => {
  it('is answered with a problem and a closed connection', async () => {
    const answer = await raw('nonsense\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('application/problem+json');
    const problem = JSON.parse(answer.split('\r\n\r\n')[1] ?? '');
    expect(problem).toMatchObject({ type: 'about:blank', status: 400 });
    expect(answer).toContain(`X-Request-Id: ${problem.instance}\r\n`);
    expect(answer).toContain('X-Content-Type-Options: nosniff\r\n');
    expect(api.logged).toContainEqual(
      expect.objectContaining({ msg: 'unreadable request', request_id: problem.instance }),
    );
    const { text } = await api.request('GET', '/metrics');
    expect(text).toMatch(/^http_requests_unreadable_total\{status="400"\} [1-9]\d*$/m);
  });

  it('headers of 20 kB are 431', async () => {
    const answer = await raw(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 [\s\S]*"detail":"The address and the headers are more than 16 kB\."/);
  });
});

it('no 4xx of all these says anything of the inside', async () => {
  const lines = api.logged.filter(({ msg }) => msg === 'request');
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.filter(({ status }) => Number(status) >= 500)).toEqual([]);
  const details = lines.map(({ detail }) => String(detail)).join('\n');
  expect(details).not.toMatch(/\n +at |\.ts|\.js|node_modules|select |insert |update |relation "|column "|ajv|knex/i);
});

it('many spellings of a content type do not fill the memory', async () => {
  const spelling = (index: number) => ({ 'Content-Type': `application/json; x=${index}` });
  for (let index = 0; index < 50; index += 1) {
    expect((await post({ body: '{"title":"x"}', headers: spelling(index) })).status).toBe(201);
  }
  const before = heapUsed();
  for (let index = 50; index < 250; index += 1) {
    await post({ body: '{"title":"x"}', headers: spelling(index) });
  }
  // A schema that is compiled and kept for each takes about 150 kB.
  expect(heapUsed() - before).toBeLessThan(10_000_000);
});
