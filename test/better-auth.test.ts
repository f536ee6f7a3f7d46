// Tokens as Better Auth really issues them: signed up there, used here, with only its JWKS address between the two.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { type MemoryDB, memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { type JwtOptions, jwt } from 'better-auth/plugins';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { type Api, problemOf, startApi, type Task } from './support/api.ts';

interface Person {
  id: string;
  /** What a front end sends to Better Auth. */
  cookie: string;
  /** The opaque id of the session. */
  sessionToken: string;
}

/** Better Auth in this process, on a port of its own, with nothing set but what the case is about. */
async function startBetterAuth(jwks: JwtOptions['jwks'], options: JwtOptions = {}) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address of this form.
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const database: MemoryDB = { user: [], session: [], account: [], verification: [], jwks: [] };
  const settings: BetterAuthOptions = {
    baseURL,
    secret: 'the secret that stays with Better Auth',
    database: memoryAdapter(database),
    emailAndPassword: { enabled: true },
    session: { cookieCache: { enabled: true, strategy: 'jwt' } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    plugins: [jwt({ ...options, ...(jwks && { jwks }) })],
  };
  server.on('request', toNodeHandler(betterAuth(settings)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const ask = (path: string, init: RequestInit = {}) => fetch(`${baseURL}/api/auth${path}`, init);
  return {
    baseURL,
    database,
    async signUp(name: string): Promise<Person> {
      const body = JSON.stringify({ name, email: `${name}@example.com`, password: 'correct horse battery' });
      const headers = { 'Content-Type': 'application/json', Origin: baseURL };
      const reply = await ask('/sign-up/email', { method: 'POST', headers, body });
      expect(reply.status).toBe(200);
      const { user, token } = (await reply.json()) as { user: { id: string }; token: string };
      const cookie = reply.headers.getSetCookie().map((line) => line.split(';')[0]);
      return { id: user.id, cookie: cookie.join('; '), sessionToken: token };
    },
    async tokenOf({ cookie }: Person): Promise<string> {
      const reply = await ask('/token', { headers: { Cookie: cookie } });
      expect(reply.status).toBe(200);
      return ((await reply.json()) as { token: string }).token;
    },
  };
}

/** Deed, with the settings that the README names. */
function startDeed(baseURL: string, settings: Record<string, string> = {}): Promise<Api> {
  return startApi({
    BETTER_AUTH_SECRET: '',
    AUTH_JWKS_URL: `${baseURL}/api/auth/jwks`,
    AUTH_ISSUER: baseURL,
    AUTH_AUDIENCE: baseURL,
    ...settings,
  });
}

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

/** The JWT in the cookie that Better Auth keeps the session in. */
function sessionCookieOf({ cookie }: Person): string {
  const token = /session_data=([^;]+)/.exec(cookie)?.[1] ?? '';
  expect(token.split('.')).toHaveLength(3);
  return token;
}

describe.each<[string, JwtOptions['jwks']]>([
  ['EdDSA', undefined], // what Better Auth does unless told
  ['ES256', { keyPairConfig: { alg: 'ES256' } }],
  ['RS256', { keyPairConfig: { alg: 'RS256' } }],
])('a token of Better Auth, signed with %s,', async (alg, jwks) => {
  const auth = await startBetterAuth(jwks);
  const api = await startDeed(auth.baseURL);
  const alice = await auth.signUp('alice');
  const path = `/api/${alice.id}/tasks`;

  it('is good as it comes', async () => {
    const token = await auth.tokenOf(alice);
    expect(decodeProtectedHeader(token).alg).toBe(alg);
    const created = await api.request('POST', path, { ...bearer(token), json: { title: 'Buy milk' } });
    expect(created.status, created.text).toBe(201);
    const listed = await api.request('GET', path, bearer(token));
    expect(listed.json).toMatchObject([{ title: 'Buy milk', user_id: alice.id } satisfies Partial<Task>]);
    expect(await api.database.db('users').first('id', 'email')).toEqual({ id: alice.id, email: 'alice@example.com' });
  });

  it("leads nobody to another's tasks", async () => {
    const bob = await auth.signUp('bob');
    problemOf(await api.request('GET', path, bearer(await auth.tokenOf(bob))), 403);
  });

  it('is good after Better Auth has changed its key, and so are those of the old key', async () => {
    const before = await auth.tokenOf(alice);
    expect((await api.request('GET', path, bearer(before))).status).toBe(200);
    for (const key of auth.database['jwks'] ?? []) key.expiresAt = new Date(Date.now() - 1000); // as rotationInterval does
    const after = await auth.tokenOf(alice);
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
    expect((await api.request('GET', path, bearer(after))).status).toBe(200);
    expect((await api.request('GET', path, bearer(before))).status).toBe(200);
  });

  it('is not the session, whose token and cookie are 401', async () => {
    expect(decodeProtectedHeader(sessionCookieOf(alice)).alg).toBe('HS256');
    problemOf(await api.request('GET', path, bearer(alice.sessionToken)), 401);
    problemOf(await api.request('GET', path, bearer(sessionCookieOf(alice))), 401);
    problemOf(await api.request('GET', path, { headers: { Cookie: alice.cookie } }), 401);
  });
});

it('a session cookie that Better Auth signs with its published key is 401, even where every audience is welcome', async () => {
  const auth = await startBetterAuth(undefined, { sessionCookieCache: true });
  const api = await startDeed(auth.baseURL, { AUTH_AUDIENCE: 'any' });
  const alice = await auth.signUp('alice');
  const cookie = sessionCookieOf(alice);
  expect(decodeProtectedHeader(cookie).alg).toBe('EdDSA');
  expect(decodeJwt(cookie).sub).toBe(alice.id);
  const path = `/api/${alice.id}/tasks`;
  problemOf(await api.request('GET', path, bearer(cookie)), 401);
  expect((await api.request('GET', path, bearer(await auth.tokenOf(alice)))).status).toBe(200);
});
