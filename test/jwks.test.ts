// Who gets in with tokens that their issuer signs with a key pair, and what happens when its keys change or are away.

import type { RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { SignJWT } from 'jose';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Api, problemOf, startApi, tokenFor } from './support/api.ts';
import { badlyClaimed, broken, expectNoneLetIn, good, now, secured, welcome } from './support/bad-tokens.ts';
import {
  algorithms,
  away,
  compact,
  hmacToken,
  type KeyServer,
  makeKey,
  type SigningKey,
  startKeyServer,
} from './support/issuer.ts';

interface Setup {
  api: Api;
  issuer: KeyServer;
  /** Its status, with this token. */
  list(token: string): Promise<number>;
}

async function setUp(...keys: (SigningKey | Record<string, unknown>)[]): Promise<Setup> {
  const issuer = await startKeyServer(...keys);
  const api = await startApi({ BETTER_AUTH_SECRET: '', AUTH_JWKS_URL: issuer.url, ...welcome });
  return { api, issuer, list: async (token) => (await listTasks(api, token)).status };
}

function listTasks(api: Api, token: string) {
  return api.request('GET', '/api/alice/tasks', { headers: { Authorization: `Bearer ${token}` } });
}

/** The clock that the age of keys is read from stands still; tokens live by another one. */
let time = performance.now();
vi.spyOn(performance, 'now').mockImplementation(() => time);
function pass(seconds: number): void {
  time += seconds * 1000;
}

/** A token whose key nobody has. */
const unknownKey = makeKey('EdDSA');
const ofUnknownKey = (kid: string) => unknownKey.token(good, { kid });

describe.each(algorithms)('a token signed with %s', async (alg) => {
  const key = makeKey(alg);
  const { api, issuer, list } = await setUp(key, ...algorithms.map((other) => makeKey(other)));

  it.each<[string, object, object?]>([
    ['a subject', good],
    ['our audience among others', { ...good, aud: ['other', 'tasks'] }],
    ['the type JWT', good, { typ: 'JWT' }],
    ['the type of an access token', good, { typ: 'application/at+jwt' }],
    ['a time of issue to come', { ...good, iat: now + 3600 }],
    ['no time of issue', { ...good, iat: undefined }],
    ['a user_id for the subject', { ...good, sub: undefined, user_id: 'alice' }],
    ['an email', { ...good, email: 'alice@example.com' }],
  ])('with %s is good, again and again', async (_name, claims, header = {}) => {
    expect(await list(key.token(claims, header))).toBe(200);
    expect(await list(key.token(claims, header))).toBe(200);
  });

  it('may be 20 seconds beyond its times, as clocks differ', async () => {
    const here = Math.floor(Date.now() / 1000);
    expect(await list(key.token({ ...good, exp: here - 20 }))).toBe(200);
    expect(await list(key.token({ ...good, nbf: here + 20 }))).toBe(200);
  });

  it('ends with its time also when it has been seen before', async () => {
    const token = key.token(good);
    expect(await list(token)).toBe(200);
    onTestFinished(() => void vi.useRealTimers());
    vi.useFakeTimers({ toFake: ['Date'], now: (good.exp + 31) * 1000 });
    expect(await list(token)).toBe(401);
    vi.useRealTimers();
    expect(await list(token)).toBe(200);
  });

  it('costs the issuer one request, however many are sent', async () => {
    for (let i = 0; i < 20; i++) expect(await list(key.token({ ...good, jti: i }))).toBe(200);
    expect(issuer.requests).toBe(1);
  });

  it("is not good for another user's path", async () => {
    problemOf(await listTasks(api, key.token({ ...good, sub: 'bob' })), 403);
  });

  it('is refused with the name of another algorithm', async () => {
    for (const other of [...algorithms.filter((name) => name !== alg), 'RS512', 'PS256', 'ES384', 'Ed25519', 'HS256']) {
      expect(await list(key.token(good, { alg: other }))).toBe(401);
    }
  });
});

describe('every operation that needs a token', async () => {
  const key = makeKey('EdDSA');
  const rsa = makeKey('RS256');
  const { api } = await setUp(key, rsa, makeKey('ES256'));
  const attacker = makeKey('EdDSA', key.kid);
  const thief = await startKeyServer(attacker);
  const signed = (header: object) => key.token(good, header);
  const confused = (secret: string | Buffer, { kid }: SigningKey = rsa) =>
    hmacToken(good, { alg: 'HS256', typ: 'JWT', kid }, secret);
  const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();

  it('is one of more than none', () => expect(secured.length).toBeGreaterThan(0));

  it.each([
    ['a broken token', broken(key.token(good))],
    ['wrong claims under a good signature', badlyClaimed((claims) => key.token(claims))],
    [
      'a public key used as a secret',
      {
        PEM: confused(pem),
        'PEM without the last line break': confused(pem.trimEnd()),
        'PEM of PKCS 1': confused(rsa.publicKey.export({ type: 'pkcs1', format: 'pem' })),
        DER: confused(rsa.publicKey.export({ type: 'spki', format: 'der' })),
        'JWK as text': confused(JSON.stringify(rsa.jwk)),
        'modulus as text': confused(String(rsa.jwk['n'])),
        'the bytes of an Ed25519 key': confused(Buffer.from(String(key.jwk['x']), 'base64url'), key),
        'an empty secret': confused(''),
      },
    ],
    ["the shared secret's token", { HS256: tokenFor('alice', { iss: good.iss, aud: good.aud }) }],
    [
      'a key that the token brings along',
      {
        jku: attacker.token(good, { jku: thief.url }),
        'jku and a kid of its own': attacker.token(good, { jku: thief.url, kid: 'mine' }),
        x5u: attacker.token(good, { x5u: thief.url }),
        jwk: attacker.token(good, { jwk: attacker.jwk }),
        x5c: attacker.token(good, {
          x5c: [attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')],
        }),
        'another key of the same name': attacker.token(good),
      },
    ],
    [
      'a header that is not understood',
      {
        'crit exp': signed({ crit: ['exp'] }),
        'crit b64': signed({ crit: ['b64'], b64: true }),
        'crit b64 false': signed({ crit: ['b64'], b64: false }),
        'crit of nothing': signed({ crit: [] }),
        'crit that is a text': signed({ crit: 'exp' }),
        'a kid nobody has': signed({ kid: 'other' }),
        'a kid that is a path': signed({ kid: '../../../dev/null' }),
        'a kid that is a number': signed({ kid: 1 }),
        'a kid from the prototype': signed({ kid: '__proto__' }),
        'the type of a session cookie': signed({ typ: 'better-auth.session-cache+jwt' }),
        'the type of a logout token': signed({ typ: 'logout+jwt' }),
        'a type that is a number': signed({ typ: 1 }),
        'a list': compact([], good, () => Buffer.alloc(64)),
      },
    ],
  ])('refuses %s', (_name, tokens) => expectNoneLetIn(api, tokens));

  it('follows no address that a token names', () => expect(thief.requests).toBe(0));

  it('writes no token into the log', () => {
    expect(api.logged).not.toEqual([]);
    expect(JSON.stringify(api.logged)).not.toMatch(/eyJ/);
  });
});

describe('a key of the issuer', async () => {
  const { api, issuer, list } = await setUp();

  it.each<[string, (key: SigningKey) => Record<string, unknown>]>([
    ['for encryption', ({ jwk }) => ({ ...jwk, use: 'enc' })],
    ['of another algorithm', ({ jwk }) => ({ ...jwk, alg: 'PS256' })],
    ['that is to sign with', ({ jwk }) => ({ ...jwk, key_ops: ['verify', 'sign'] })],
    ['that is not to verify with', ({ jwk }) => ({ ...jwk, key_ops: ['encrypt'] })],
    ['that is damaged', ({ jwk }) => ({ ...jwk, n: 42 })],
    ['whose purpose is damaged', ({ jwk }) => ({ ...jwk, key_ops: 'verify' })],
    ['that is too short', ({ jwk }) => ({ ...jwk, n: 'wQ' })],
    ['of an unknown kind', ({ kid }) => ({ kty: 'XYZ', kid })],
  ])('%s is not used, and the others are', async (_name, published) => {
    const [odd, fine] = [makeKey('RS256'), makeKey('ES256')];
    issuer.publish(published(odd), fine);
    pass(601);
    expect(await list(odd.token(good))).toBe(401);
    expect(await list(fine.token(good))).toBe(200);
  });

  it('may be the last one, and taken back: then nobody is let in, and the log says why', async () => {
    const key = makeKey('ES256');
    issuer.publish(key);
    pass(601);
    expect(await list(key.token(good))).toBe(200);
    issuer.publish({ ...key.jwk, use: 'enc', key_ops: ['encrypt'] });
    pass(601);
    await vi.waitFor(async () => expect(await list(key.token(good))).toBe(401));
    const message = 'the token issuer publishes no key that can verify a token';
    expect(api.logged).toContainEqual(expect.objectContaining({ level: 50, msg: message }));
  });

  it('need not have alg, use or a name while no other fits', async () => {
    const key = makeKey('ES256');
    issuer.publish({ ...key.publicKey.export({ format: 'jwk' }) }, makeKey('RS256'));
    pass(601);
    expect(await list(key.token(good, { kid: undefined }))).toBe(200);
  });

  it.each(['RS384', 'RS512', 'PS256', 'Ed25519'])('lets nobody in with %s, though it would fit', async (alg) => {
    const key = makeKey(alg === 'Ed25519' ? 'EdDSA' : 'RS256');
    issuer.publish({ ...key.jwk, alg: undefined });
    pass(601);
    expect(await list(key.token(good))).toBe(200);
    const claims = { ...good, jti: alg };
    expect(await list(await new SignJWT(claims).setProtectedHeader({ alg, kid: key.kid }).sign(key.privateKey))).toBe(
      401,
    );
  });

  it('must be named when several fit', async () => {
    const keys = [makeKey('ES256'), makeKey('ES256')] as const;
    issuer.publish(...keys);
    pass(601);
    expect(await list(keys[1].token(good, { kid: undefined }))).toBe(401);
    expect(await list(keys[1].token(good))).toBe(200);
  });
});

describe('when the issuer changes its keys', async () => {
  const { issuer, list } = await setUp();

  it('tokens of the new key are good at once', async () => {
    const [first, second] = [makeKey('EdDSA'), makeKey('RS256')];
    issuer.publish(first);
    pass(601);
    expect(await list(first.token(good))).toBe(200);
    issuer.publish(first, second);
    const asked = issuer.requests;
    const statuses = await Promise.all(Array.from({ length: 20 }, () => list(second.token(good))));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await list(first.token(good))).toBe(200);
    expect(issuer.requests - asked).toBe(1);
  });

  it('tokens of a key that is gone end with the age of the key set, also those seen before', async () => {
    const [first, second] = [makeKey('EdDSA'), makeKey('ES256')];
    issuer.publish(first);
    pass(601);
    const token = first.token(good);
    expect(await list(token)).toBe(200);
    issuer.publish(second);
    pass(599);
    expect(await list(token)).toBe(200);
    pass(2);
    await vi.waitFor(async () => expect(await list(token)).toBe(401));
    expect(await list(second.token(good))).toBe(200);
    expect(await list(token)).toBe(401);
  });

  it('not one token of a key that is gone is good when nobody has asked the issuer for a quarter of an hour', async () => {
    const [first, second] = [makeKey('EdDSA'), makeKey('ES256')];
    issuer.publish(first);
    pass(901);
    const token = first.token(good);
    expect(await list(token)).toBe(200);
    issuer.publish(second);
    pass(901);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => list(token)));
    expect(new Set(statuses)).toEqual(new Set([401]));
  });

  it('a key of the same name takes the place of the old one', async () => {
    const [first, second] = [makeKey('EdDSA', 'main'), makeKey('EdDSA', 'main')];
    issuer.publish(first);
    pass(601);
    const token = first.token(good);
    expect(await list(token)).toBe(200);
    issuer.publish(second);
    pass(601);
    await vi.waitFor(async () => expect(await list(token)).toBe(401));
    expect(await list(second.token(good))).toBe(200);
  });
});

describe('10,000 tokens of keys that nobody has', () => {
  // The seconds are those of `pass`; to send the requests takes a slow machine many of its own.
  it('cost the issuer one request in 30 seconds', { timeout: 120_000 }, async () => {
    const key = makeKey('EdDSA');
    const { issuer, list } = await setUp(key);
    const flood = async (count: number) => {
      for (let i = 0; i < count; i += 100) {
        const sent = Array.from({ length: 100 }, (_, j) => list(ofUnknownKey(`${Math.random()} ${i + j}`)));
        expect(new Set(await Promise.all(sent))).toEqual(new Set([401]));
      }
    };
    expect(await list(key.token(good))).toBe(200);
    expect(issuer.requests).toBe(1);
    await flood(10_000);
    expect(issuer.requests).toBe(2);
    pass(29);
    await flood(100);
    expect(issuer.requests).toBe(2);
    pass(2);
    await flood(100);
    expect(issuer.requests).toBe(3);
    expect(await list(key.token(good))).toBe(200);
  });

  it('are one request too when they are the first that come', async () => {
    const { issuer, list } = await setUp(makeKey('EdDSA'));
    for (let i = 0; i < 50; i++) expect(await list(ofUnknownKey(`k${i}`))).toBe(401);
    expect(issuer.requests).toBe(1);
  });

  it('are none when they are no tokens of this kind', async () => {
    const { issuer, list } = await setUp(makeKey('EdDSA'));
    for (const token of ['garbage', tokenFor('alice'), ...Object.values(broken('e30.e30.e30'))]) {
      expect(await list(token)).toBe(401);
    }
    expect(issuer.requests).toBe(0);
  });
});

describe('while the issuer is away', async () => {
  const { api, issuer, list } = await setUp();

  it('tokens of known keys are good, new ones too, for as long as it takes', async () => {
    const key = makeKey('ES256');
    issuer.publish(key);
    pass(601);
    const token = key.token(good);
    expect(await list(token)).toBe(200);
    issuer.answer(away);
    for (const seconds of [0, 601, 31, 86_400]) {
      pass(seconds);
      expect(await list(token)).toBe(200);
      expect(await list(key.token({ ...good, jti: String(seconds) }))).toBe(200);
    }
    expect(await list(key.token({ ...good, exp: now - 60 }))).toBe(401);
  });

  it('nobody whose key is known waits for one that hangs, and what it says in the end counts', async () => {
    const [first, second] = [makeKey('ES256'), makeKey('ES256')];
    const { issuer, list } = await setUp(first);
    const token = first.token(good);
    expect(await list(token)).toBe(200);
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal); // it is never given up
    onTestFinished(() => timeout.mockRestore());
    let answer: ServerResponse | undefined;
    issuer.answer((_req, res) => {
      answer = res;
    });
    pass(601);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => list(token)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const ofNewKey = list(second.token(good));
    await vi.waitFor(() => expect(issuer.requests).toBe(2));
    expect(await list(first.token({ ...good, jti: 'another' }))).toBe(200);
    issuer.publish(second);
    answer?.end(JSON.stringify({ keys: [second.jwk] }));
    expect(await ofNewKey).toBe(200);
    expect(issuer.requests).toBe(2);
    expect(await list(token)).toBe(401);
  });

  it('it is asked again every 30 seconds, and what it then says counts', async () => {
    const [first, second] = [makeKey('ES256'), makeKey('ES256')];
    issuer.publish(first);
    pass(601);
    const token = first.token(good);
    expect(await list(token)).toBe(200);
    issuer.answer(away);
    pass(601);
    const asked = issuer.requests + 1;
    for (let i = 0; i < 10; i++) {
      expect(await list(token)).toBe(200);
      expect(await list(ofUnknownKey(`away ${i}`))).toBe(503);
    }
    expect(issuer.requests).toBe(asked);
    issuer.publish(second);
    expect(await list(token)).toBe(200);
    expect(issuer.requests).toBe(asked);
    pass(31);
    await vi.waitFor(async () => expect(await list(token)).toBe(401));
    expect(await list(second.token(good))).toBe(200);
  });

  it('a token of an unknown key is 503 with a time to come back, and good when the issuer is back by then', async () => {
    const [first, second] = [makeKey('EdDSA'), makeKey('EdDSA')];
    issuer.publish(first);
    pass(601);
    expect(await list(first.token(good))).toBe(200);
    issuer.answer(away);
    const reply = await listTasks(api, second.token(good));
    problemOf(reply, 503);
    expect(reply.headers.get('www-authenticate')).toBeNull();
    expect(reply.headers.get('retry-after')).toBe('30');
    problemOf(await listTasks(api, second.token(good)), 503);
    expect(await list(first.token(good))).toBe(200);
    issuer.publish(first, second);
    pass(30);
    expect(await list(second.token(good))).toBe(200);
  });

  it('a server that never reached it says 503 to every token that could be good, and recovers in seconds', async () => {
    const key = makeKey('EdDSA');
    const { api, issuer, list } = await setUp();
    issuer.answer(away);
    const reply = await listTasks(api, key.token(good));
    problemOf(reply, 503);
    expect(reply.headers.get('retry-after')).toBe('5');
    const asked = issuer.requests;
    for (let i = 0; i < 20; i++) expect(await list(key.token({ ...good, jti: i }))).toBe(503);
    expect(issuer.requests).toBe(asked);
    expect(await list('garbage')).toBe(401);
    expect(await list(tokenFor('alice'))).toBe(401);
    issuer.publish(key);
    pass(5);
    expect(await list(key.token(good))).toBe(200);
  });
});

describe('an answer of the issuer', async () => {
  const [key, known] = [makeKey('EdDSA'), makeKey('EdDSA')];
  const { api, issuer, list } = await setUp(known);
  const text = JSON.stringify({ keys: [key.jwk] });
  const json =
    (body: string | Buffer, headers: Record<string, string> = {}): RequestListener =>
    (_req, res) =>
      res.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(body);
  const withKey = (jwk: object) => json(JSON.stringify({ keys: [key.jwk, jwk] }));

  it.each<[string, RequestListener, string]>([
    ['that is a redirect', (_req, res) => res.writeHead(302, { Location: '/elsewhere' }).end(text), 'is 302'],
    ['that is a lasting redirect', (_req, res) => res.writeHead(308, { Location: '/elsewhere' }).end(), 'is 308'],
    ['that is an error', (_req, res) => res.writeHead(500).end(text), 'is 500'],
    ['that is 204', (_req, res) => res.writeHead(204).end(), 'is 204'],
    ['that is huge', json(`${text}${' '.repeat(65_536)}`), 'more than 65536 bytes'],
    [
      'that is huge when it is unpacked',
      json(gzipSync(text + ' '.repeat(10_000_000)), { 'Content-Encoding': 'gzip' }),
      'more than 65536 bytes',
    ],
    ['that is a page', json('<!doctype html><title>Sign in</title>'), 'not JSON'],
    ['that is empty', json(''), 'not JSON'],
    ['that breaks off', (_req, res) => res.write(text, () => res.destroy()), 'terminated'],
    ['that is a list', json(JSON.stringify([key.jwk])), 'not a set of keys'],
    ['that is null', json('null'), 'not a set of keys'],
    ['whose keys are texts', json('{"keys":["x"]}'), 'not a set of keys'],
    ['with a private key', withKey({ kty: 'OKP', crv: 'Ed25519', x: 'xx', d: 'very-private' }), 'private or symmetric'],
    ['with a symmetric key', withKey({ kty: 'oct', k: 'very-private' }), 'private or symmetric'],
    ['with the secret of a key', withKey({ kty: 'RSA', k: 'very-private' }), 'private or symmetric'],
    ['with a key that is called symmetric', withKey({ kty: 'oct' }), 'private or symmetric'],
  ])('%s is as good as none, and the log says so without repeating it', async (_name, listener, line) => {
    expect(await list(known.token(good))).toBe(200);
    issuer.answer(listener);
    pass(31);
    expect(await list(key.token(good))).toBe(503);
    expect(await list(known.token(good))).toBe(200);
    const refused = api.logged.findLast(({ msg }) => msg === 'cannot get the keys of the token issuer');
    expect(refused).toMatchObject({ level: 50, err: { message: expect.stringContaining(line) } });
    expect(JSON.stringify(api.logged)).not.toMatch(/very-private|Sign in|eyJ/);
  });

  it('that does not come is waited for a few seconds', async () => {
    issuer.answer(() => {});
    pass(31);
    const start = Date.now();
    expect(await list(key.token(good))).toBe(503);
    expect(Date.now() - start).toBeLessThan(10_000);
  });
});
