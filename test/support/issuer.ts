// A token issuer: key pairs, tokens of any header and claims, and a JWKS address that can be away or answer nonsense.
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

export const algorithms = ['EdDSA', 'ES256', 'RS256'] as const;
export type Algorithm = (typeof algorithms)[number];

export interface SigningKey {
  kid: string;
  alg: Algorithm;
  publicKey: KeyObject;
  privateKey: KeyObject;
  /** As it is published. */
  jwk: Record<string, unknown>;
  /** A token with this key's signature. What the header says besides `alg` and `kid` is up to the caller. */
  token(claims: unknown, header?: object): string;
}

let count = 0;

export function makeKey(alg: Algorithm, kid = `${alg}-${++count}`): SigningKey {
  const { publicKey, privateKey } = makePair(alg);
  const signature = (content: string) =>
    sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(content), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return {
    kid,
    alg,
    publicKey,
    privateKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
    token: (claims, header = {}) => compact({ alg, kid, ...header }, claims, signature),
  };
}

function makePair(alg: Algorithm) {
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519');
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/** A token signed with a secret, whatever its header says. */
export function hmacToken(claims: unknown, header: object, secret: string | Buffer, hash = 'sha256'): string {
  return compact(header, claims, (content) => createHmac(hash, secret).update(content).digest());
}

/** RFC 7515, section 7.1. A text stands for itself, and so do bytes: what is not JSON, or no text, can be said too. */
export function compact(header: object, claims: unknown, signature: (content: string) => Buffer): string {
  const encode = (value: unknown) =>
    (value instanceof Buffer ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))).toString(
      'base64url',
    );
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${signature(content).toString('base64url')}`;
}

export interface KeyServer {
  /** Of the key set. */
  url: string;
  /** How often it was asked so far. */
  requests: number;
  publish(...keys: (SigningKey | Record<string, unknown>)[]): void;
  /** Answers in another way until the next `publish`. */
  answer(listener: RequestListener): void;
}

export async function startKeyServer(...keys: (SigningKey | Record<string, unknown>)[]): Promise<KeyServer> {
  let listener: RequestListener;
  const server = createServer((req, res) => {
    keyServer.requests += 1;
    listener(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  const keyServer: KeyServer = {
    url: `http://127.0.0.1:${port}/jwks`,
    requests: 0,
    publish(...published) {
      const set = { keys: published.map((key) => ('jwk' in key ? key.jwk : key)) };
      listener = (_req, res) => res.setHeader('Content-Type', 'application/json').end(JSON.stringify(set));
    },
    answer(other) {
      listener = other;
    },
  };
  keyServer.publish(...keys);
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return keyServer;
}

/** Hangs up, as a server that is away does. */
export const away: RequestListener = (req) => req.destroy();
