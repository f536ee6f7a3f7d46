// Tokens that must not let anybody in, in either mode, and the proof that no operation of a contract takes one.
import { expect } from 'vitest';
import { loadContract } from '../../src/contract/contract.ts';
import { type Api, problemOf } from './api.ts';

/** By what is wrong with them. */
export type Tokens = Record<string, string>;

export const now = Math.floor(Date.now() / 1000);
export const welcome = { AUTH_ISSUER: 'https://auth.example.com', AUTH_AUDIENCE: 'tasks' };

/** Claims that are fine. */
export const good = { iss: welcome.AUTH_ISSUER, aud: welcome.AUTH_AUDIENCE, sub: 'alice', iat: now, exp: now + 3600 };

/** Made by the issuer itself, with its own key: only what they say is wrong. */
export function badlyClaimed(token: (claims: unknown) => string): Tokens {
  const claims: Record<string, unknown> = {
    ...Object.fromEntries(badClaims.map((changes) => [nameOf(changes), { ...good, ...changes }])),
    'an exp that JSON reads as Infinity': JSON.stringify(good).replace(/"exp":\d+/, '"exp":1e999'),
    'a list': [good],
    'a text': '"alice"',
    null: 'null',
    'not JSON': 'alice',
    'not UTF-8': Buffer.from(JSON.stringify({ ...good, sub: 'alic\u00e9' }), 'latin1'),
    nothing: '',
  };
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [`claims: ${name}`, token(value)]));
}

const nameOf = (changes: object) =>
  Object.entries(changes)
    .map(([claim, value]) => (value === undefined ? `no ${claim}` : `${claim} ${JSON.stringify(value)}`))
    .join(', ');

/** Undefined takes a claim away. */
const badClaims: Record<string, unknown>[] = [
  ...[undefined, null, String(now + 60), [now + 60], true, now - 31, 0, -1].map((exp) => ({ exp })),
  ...[null, 'soon', [now], now + 3600].map((nbf) => ({ nbf })),
  ...[null, 'now', String(now), [now], {}].map((iat) => ({ iat })),
  ...[undefined, null, 'tasks2', 'TASKS', '', [], ['a', 'b'], [['tasks']], { tasks: true }].map((aud) => ({ aud })),
  ...[undefined, null, `${good.iss}/`, good.iss.toUpperCase(), 'http://auth.example.com', [good.iss], '', 1].map(
    (iss) => ({ iss }),
  ),
  ...[undefined, null, '', 42, true, ['alice'], { id: 'alice' }, 'alice\n', 'a\u0000', '\ud83d', 'x'.repeat(256)].map(
    (sub) => ({ sub }),
  ),
  { sub: '', user_id: 'alice' },
  { sub: undefined, user_id: null, id: 'alice' },
  { sub: undefined, user_id: 1.5 },
  { email: 1 },
];

/** Broken or forged, whoever signs: `token` is a good one. */
export function broken(token: string): Tokens {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const unsigned = (alg: unknown) => `${Buffer.from(JSON.stringify({ alg })).toString('base64url')}.${claims}`;
  const changed = Buffer.from(JSON.stringify({ ...good, sub: 'bob' })).toString('base64url');
  return {
    'no signature': `${header}.${claims}.`,
    'a part too few': `${header}.${claims}`,
    'a part too many': `${token}.x`,
    'five parts': `${token}.x.x`,
    'a damaged signature': `${header}.${claims}.${signature.slice(0, -4)}AAAA`,
    'a signature of zeros': `${header}.${claims}.${'A'.repeat(signature.length)}`,
    'claims that were changed': `${header}.${changed}.${signature}`,
    garbage: 'garbage',
    'three dots': '...',
    ...Object.fromEntries(
      ['none', 'None', 'NONE', 'nOnE', '', null, ['none'], undefined].flatMap((alg) => [
        [`alg ${JSON.stringify(alg)} without a signature`, `${unsigned(alg)}.`],
        [`alg ${JSON.stringify(alg)} with one`, `${unsigned(alg)}.${signature}`],
      ]),
    ),
  };
}

export const secured = loadContract().operations.filter((operation) => operation.secured);

/** Sends each token to each operation that needs one. */
export async function expectNoneLetIn(api: Api, tokens: Tokens): Promise<void> {
  for (const { id, method, path } of secured) {
    const address = path.replace('{user_id}', 'alice').replace(/\{\w+\}/g, '1');
    for (const [name, token] of Object.entries(tokens)) {
      const headers = { Authorization: `Bearer ${token}` };
      const reply = await api.request(method.toUpperCase(), address, { headers });
      expect([id, name, reply.status], reply.text).toEqual([id, name, 401]);
      problemOf(reply, 401);
      const challenge = reply.headers.get('www-authenticate');
      expect(challenge, name).toMatch(/^Bearer error="invalid_token", error_description="[^"]+"$/);
    }
  }
}
