// Who gets in: tokens signed with the shared secret, and every way in which they can be wrong.
import { generateKeyPairSync } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { developmentToken } from '../src/auth/development-token.ts';
import { problemOf, secret, startApi, tokenFor } from './support/api.ts';
import { badlyClaimed, broken, expectNoneLetIn, secured, welcome } from './support/bad-tokens.ts';
import { algorithms, hmacToken, makeKey } from './support/issuer.ts';

const api = await startApi();
const now = Math.floor(Date.now() / 1000);
const list = (authorization?: string, user = 'alice') =>
  api.request(
    'GET',
    `/api/${encodeURIComponent(user)}/tasks`,
    authorization === undefined ? {} : { headers: { Authorization: authorization } },
  );

/** A token of any header and claims, signed with the right secret. */
function forge(claims: unknown, header: object = { alg: 'HS256', typ: 'JWT' }, key = secret, hash = 'sha256'): string {
  return hmacToken(claims, header, key, hash);
}

const good = { sub: 'alice', exp: now + 3600 };
const [header = '', payload = '', signature = ''] = forge(good).split('.');
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

describe('without a token', () => {
  it.each([
    undefined,
    '',
    'Basic YWxpY2U6eA==',
    'Bearer',
    'Bearer ',
    forge(good),
    `Token ${forge(good)}`,
    `Bearer,${forge(good)}`,
  ])('the header %s is 401 without an error code', async (authorization) => {
    const reply = await list(authorization);
    problemOf(reply, 401);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each(['Bearer a b', `Bearer ${forge(good)} x`, `Bearer ${forge(good)}, Basic x`])(
    'more than a token, as in %s, is a token that is not valid',
    async (authorization) => {
      const reply = await list(authorization);
      problemOf(reply, 401);
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token", error_description="/);
    },
  );

  it('a token in the query or a cookie is none', async () => {
    problemOf(await api.request('GET', `/api/alice/tasks?access_token=${forge(good)}`), 401);
    problemOf(await api.request('GET', '/api/alice/tasks', { headers: { Cookie: `token=${forge(good)}` } }), 401);
  });
});

describe('a token', () => {
  it.each([
    ['a subject', good],
    ['an audience that nobody asked for', { ...good, aud: ['x'], iss: 'y' }],
    ['29 seconds after it expired', { ...good, exp: now - 20 }],
    ['20 seconds before it starts', { ...good, nbf: now + 20 }],
    ['an email', { ...good, email: 'alice@example.com' }],
    ['no email', { ...good, email: null }],
    ['a user_id for the subject', { user_id: 'alice', exp: now + 60 }],
    ['an id for the subject', { id: 'alice', exp: now + 60 }],
    ['a subject before other names', { ...good, user_id: 'bob', id: 'carol' }],
    ['a user_id before an id', { user_id: 'alice', id: 'bob', exp: now + 60 }],
  ])('with %s is good', async (_name, claims) => {
    expect((await list(`Bearer ${forge(claims)}`)).status).toBe(200);
  });

  it('is taken whatever the case of the scheme', async () => {
    expect((await list(`bEARER  ${forge(good)}`)).status).toBe(200);
  });

  it.each([
    ['user_id', { user_id: 42, exp: now + 60 }],
    ['id', { id: 42, exp: now + 60 }],
  ])('may name the user as a number in %s', async (_name, claims) => {
    expect((await list(`Bearer ${forge(claims)}`, '42')).status).toBe(200);
  });

  it('may name a user of 255 characters', async () => {
    const user = '👍'.repeat(255);
    expect((await list(`Bearer ${forge({ ...good, sub: user })}`, user)).status).toBe(200);
  });

  it.each([
    ['no signature', `${header}.${payload}.`],
    ['a part too few', `${header}.${payload}`],
    ['a part too many', `${header}.${payload}.${signature}.x`],
    ['another signature', `${header}.${payload}.${signature.slice(0, -4)}AAAA`],
    [
      'claims that were changed',
      `${header}.${Buffer.from(JSON.stringify({ ...good, sub: 'bob' })).toString('base64url')}.${signature}`,
    ],
    ['garbage', 'garbage'],
    ['three dots', '...'],
    ['another secret', forge(good, undefined, 'another secret of the right length, yes')],
    ['an empty secret', forge(good, undefined, '')],
    ['alg none', forge(good, { alg: 'none' })],
    ['alg none and no signature', `${forge(good, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`],
    ['alg nOnE', forge(good, { alg: 'nOnE' })],
    ['alg HS384', forge(good, { alg: 'HS384' }, secret, 'sha384')],
    ['alg HS512', forge(good, { alg: 'HS512' }, secret, 'sha512')],
    ['alg RS256', jwt.sign(good, privateKey, { algorithm: 'RS256' })],
    ['alg HS256 with a public key as the secret', forge(good, undefined, pem)],
    ['no alg', forge(good, { typ: 'JWT' })],
    ['crit', forge(good, { alg: 'HS256', crit: ['exp'] })],
    ['a list for claims', forge([good])],
    ['a text for claims', forge('"alice"')],
    ['null for claims', forge(null)],
    ['no exp', forge({ sub: 'alice' })],
    ['exp null', forge({ sub: 'alice', exp: null })],
    ['exp as text', forge({ sub: 'alice', exp: String(now + 60) })],
    ['exp 31 seconds ago', forge({ ...good, exp: now - 35 })],
    ['exp 0', forge({ ...good, exp: 0 })],
    ['exp below 0', forge({ ...good, exp: -1 })],
    ['nbf to come', forge({ ...good, nbf: now + 120 })],
    ['nbf as text', forge({ ...good, nbf: 'soon' })],
    ['no user', forge({ exp: now + 60 })],
    ['an empty subject', forge({ ...good, sub: '' })],
    ['a subject of null', forge({ ...good, sub: null, user_id: 'alice' })],
    ['a subject that is a number', forge({ ...good, sub: 42 })],
    ['a subject that is a list', forge({ ...good, sub: ['alice'] })],
    ['a subject that is an object', forge({ ...good, sub: { id: 'alice' } })],
    ['a subject with a line break', forge({ ...good, sub: 'alice\n' })],
    ['a subject with NUL', forge({ ...good, sub: 'alice\u0000' })],
    ['a subject with half a character', forge({ ...good, sub: 'alice\ud83d' })],
    ['a subject of 256 characters', forge({ ...good, sub: 'x'.repeat(256) })],
    ['an empty user_id before a good id', forge({ user_id: '', id: 'alice', exp: now + 60 })],
    ['user_id null before a good id', forge({ user_id: null, id: 'alice', exp: now + 60 })],
    ['user_id 0', forge({ user_id: 0, exp: now + 60 })],
    ['user_id 1.5', forge({ user_id: 1.5, exp: now + 60 })],
    ['user_id -1', forge({ user_id: -1, exp: now + 60 })],
    ['user_id beyond 2^53', forge({ user_id: 2 ** 53, exp: now + 60 })],
    ['user_id true', forge({ user_id: true, exp: now + 60 })],
    ['an email that is a number', forge({ ...good, email: 1 })],
    ['an email with NUL', forge({ ...good, email: 'a\u0000@example.com' })],
  ])('with %s is 401', async (_name, token) => {
    const reply = await list(`Bearer ${token}`);
    problemOf(reply, 401);
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token", error_description="[^"]+"$/);
  });

  it.each([
    ['expired', { ...good, exp: now - 3600 }, 'The token has expired.'],
    ['not valid yet', { ...good, nbf: now + 3600 }, 'The token is not valid yet.'],
    ['for ever', { sub: 'alice' }, 'The token does not expire.'],
    ['of nobody', { exp: now + 60 }, 'The token does not name a user.'],
  ])('that is %s is told so', async (_name, claims, detail) => {
    expect(problemOf(await list(`Bearer ${forge(claims)}`), 401).detail).toBe(detail);
  });
});

describe('issuer and audience', async () => {
  const strict = await startApi({ AUTH_ISSUER: 'https://auth.example.com', AUTH_AUDIENCE: 'tasks' });
  const send = (claims: object) =>
    strict.request('GET', '/api/alice/tasks', {
      headers: { Authorization: `Bearer ${forge({ ...good, ...claims })}` },
    });
  const both = { iss: 'https://auth.example.com', aud: 'tasks' };

  it('are checked when they are set', async () => {
    expect((await send(both)).status).toBe(200);
    expect((await send({ ...both, aud: ['other', 'tasks'] })).status).toBe(200);
  });

  it('stand in the tokens for development', async () => {
    const token = developmentToken({ secret, issuer: both.iss, audience: both.aud }, 'alice');
    const headers = { Authorization: `Bearer ${token}` };
    expect((await strict.request('GET', '/api/alice/tasks', { headers })).status).toBe(200);
  });

  it.each([
    ['no issuer', { aud: 'tasks' }, 'issuer'],
    ['an issuer with a slash more', { ...both, iss: 'https://auth.example.com/' }, 'issuer'],
    ['another issuer', { ...both, iss: 'https://evil.example.com' }, 'issuer'],
    ['no audience', { iss: both.iss }, 'audience'],
    ['another audience', { ...both, aud: 'tasks2' }, 'audience'],
    ['a list of other audiences', { ...both, aud: ['a', 'b'] }, 'audience'],
    ['an empty list of audiences', { ...both, aud: [] }, 'audience'],
  ])('%s is 401', async (_name, claims, word) => {
    expect(problemOf(await send(claims), 401).detail).toContain(word);
  });
});

describe('every operation that needs a token', async () => {
  const strict = await startApi(welcome);
  const claims = { ...good, iss: welcome.AUTH_ISSUER, aud: welcome.AUTH_AUDIENCE };
  const session = { session: { userId: 'alice' }, user: { id: 'alice' }, updatedAt: now * 1000, exp: now + 300 };
  const signed = (header: object) => forge(claims, { alg: 'HS256', ...header });
  const token = signed({});
  const keys = algorithms.map((alg) => makeKey(alg));

  it('is one of more than none, and the good token passes', async () => {
    expect(secured.length).toBeGreaterThan(0);
    const reply = await strict.request('GET', '/api/alice/tasks', { headers: { Authorization: `Bearer ${token}` } });
    expect(reply.status).toBe(200);
  });

  it.each(secured.map(({ id, method, path }) => [id, method, path]))('%s refuses nobody', async (_id, method, path) => {
    const address = path.replace('{user_id}', 'alice').replace(/\{\w+\}/g, '1');
    problemOf(await strict.request(method.toUpperCase(), address), 401);
  });

  it.each([
    ['a broken token', broken(token)],
    ['wrong claims under a good signature', badlyClaimed((bad) => forge(bad))],
    ['a token signed with a key pair', Object.fromEntries(keys.map((key) => [key.alg, key.token(claims)]))],
    [
      'a token that says HS256 and is signed with a key pair',
      Object.fromEntries(keys.map((key) => [key.alg, key.token(claims, { alg: 'HS256' })])),
    ],
    ['the session cookie of Better Auth', { HS256: forge({ ...session, iss: claims.iss, aud: claims.aud }) }],
    [
      'a header that is not understood',
      {
        'crit exp': signed({ crit: ['exp'] }),
        'crit b64': signed({ crit: ['b64'], b64: true }),
        'the type of a session cookie': signed({ typ: 'better-auth.session-cache+jwt' }),
        'a type that is a number': signed({ typ: 1 }),
      },
    ],
    [
      'a secret that the token brings along',
      { jwk: forge(claims, { alg: 'HS256', jwk: { kty: 'oct', k: 'c2VjcmV0' } }, Buffer.from('secret').toString()) },
    ],
  ])('refuses %s', (_name, tokens) => expectNoneLetIn(strict, tokens));
});

it('the log names who was refused and never holds a token or a secret', async () => {
  problemOf(await api.request('GET', '/api/bob/tasks', { as: 'alice' }), 403);
  problemOf(await list(`Bearer ${forge({ ...good, exp: 1 })}`), 401);
  problemOf(await api.request('GET', `/api/${forge(good)}/tasks`, { as: 'alice' }), 403); // a slip
  problemOf(await api.request('GET', `/${forge(good)}`), 404);
  problemOf(await api.request('GET', `/${forge(good).replaceAll('.', '%2E')}`), 404);
  problemOf(await api.request('GET', `/api/alice/tasks?${forge(good)}`, { as: 'alice' }), 400);
  await expect.poll(() => api.logged.filter(({ path }) => String(path).includes('[token]'))).toHaveLength(3);
  await expect.poll(() => api.logged.filter(({ detail }) => String(detail).includes('[token]'))).toHaveLength(1);
  const text = JSON.stringify(api.logged);
  expect(text).not.toContain(secret);
  expect(text).not.toMatch(/eyJ/);
  expect(text).not.toContain(tokenFor('alice').split('.')[0]);
  expect(api.logged).toContainEqual(
    expect.objectContaining({
      level: 40,
      status: 403,
      operation: 'listTasks',
      user_id: 'alice',
      problem: 'Forbidden',
      request_id: expect.any(String),
    }),
  );
  expect(api.logged).toContainEqual(
    expect.objectContaining({ level: 40, status: 401, operation: 'listTasks', problem: 'Unauthorized' }),
  );
});
