// How tokens are verified, read from the settings: with a shared secret, or with the keys that the issuer publishes.
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, type Reader } from '../environment.ts';

/** Whose tokens are welcome, and for whom they must be meant. Undefined is not checked. */
interface Welcome {
  issuer?: string | undefined;
  audience?: string | undefined;
}

/** `local`: the secret was made for this folder, and nobody else signs with it. */
export type SharedSecretSettings = Welcome & { secret: string; local: boolean };
export type JwksSettings = Welcome & { jwksUrl: string };

/** One mode a server: a token never chooses how it is verified. */
export type AuthSettings = SharedSecretSettings | JwksSettings;

/** @throws ConfigError for a value that is missing or does not make sense. */
export function readAuth(env: Reader, production: boolean, dataDir: string): AuthSettings {
  const jwksUrl = readJwksUrl(env);
  if (jwksUrl === undefined) {
    return {
      ...readSecret(env, production, dataDir),
      issuer: readWelcome(env, 'AUTH_ISSUER'),
      audience: readWelcome(env, 'AUTH_AUDIENCE'),
    };
  }
  if (env.text('BETTER_AUTH_SECRET') !== undefined) {
    throw new ConfigError(
      'AUTH_JWKS_URL and BETTER_AUTH_SECRET are both set: tokens are verified in one way, keep one',
    );
  }
  return {
    jwksUrl,
    issuer: readWelcome(env, 'AUTH_ISSUER', production),
    audience: readWelcome(env, 'AUTH_AUDIENCE', production),
  };
}

/** Issuers sign for many services with the same published keys, so that leaving this open must be said, with `any`. */
function readWelcome(env: Reader, name: string, required = false): string | undefined {
  const value = env.text(name);
  if (value === undefined && required) {
    throw new ConfigError(`${name} is missing: in production AUTH_JWKS_URL needs it ("any" welcomes all)`);
  }
  return value === 'any' ? undefined : value;
}

/** Who can change the keys on their way can sign as anybody. */
function readJwksUrl(env: Reader): string | undefined {
  const value = env.url('AUTH_JWKS_URL', ['https:', 'http:']);
  if (value === undefined) return undefined;
  const { protocol, hostname, username, password } = new URL(value);
  if (username !== '' || password !== '') {
    throw new ConfigError('AUTH_JWKS_URL must not hold a user name or a password');
  }
  if (protocol === 'https:' || isLoopback(hostname)) return value;
  throw new ConfigError(
    'AUTH_JWKS_URL must start with https:// unless its host is this machine (localhost, 127.0.0.1)',
  );
}

/** `URL` has brought every spelling of an IPv4 address to four decimal numbers. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** HS256 wants a key of at least the size of its hash (RFC 7518, section 3.2). */
const minSecretBytes = 32;

/** What a random secret of that length has, in hexadecimal digits too; a word that is repeated has fewer. */
const minDistinct = 10;

/** What Better Auth signs with while it is given none: everybody knows it. */
const publicSecret = 'better-auth-secret-12345678901234567890';

function readSecret(env: Reader, production: boolean, dataDir: string): { secret: string; local: boolean } {
  const secret = env.secret('BETTER_AUTH_SECRET');
  if (secret === undefined) {
    if (production) throw new ConfigError('BETTER_AUTH_SECRET is missing: production needs it, or AUTH_JWKS_URL');
    return { secret: localSecret(dataDir), local: true };
  }
  if (Buffer.byteLength(secret) < minSecretBytes) {
    throw new ConfigError(`BETTER_AUTH_SECRET must have at least ${minSecretBytes} bytes`);
  }
  if (production && (secret === publicSecret || new Set(secret).size < minDistinct)) {
    throw new ConfigError('BETTER_AUTH_SECRET can be guessed: make one with openssl rand -base64 32');
  }
  return { secret, local: false };
}

/** A secret of this folder, made once: the server and `npm run token` find the same. */
function localSecret(dataDir: string): string {
  const file = join(dataDir, 'secret');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (!existsSync(file)) makeSecret(file);
    const secret = readFileSync(file, 'utf8');
    if (Buffer.byteLength(secret) < minSecretBytes) throw new Error(`${file} holds no secret: remove it`);
    return secret;
  } catch (error) {
    throw new ConfigError(`DATA_DIR cannot be used: ${(error as Error).message}`);
  }
}

/** Linked when it is complete, so that of two processes both get the first one's, and never half of it. */
function makeSecret(file: string): void {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, randomBytes(minSecretBytes).toString('base64url'), { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch {
    // Another process was faster, and its secret is read. If it was something else, reading says so.
  }
  rmSync(own);
}
