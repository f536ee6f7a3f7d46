// The settings: their defaults, and one line naming the variable for every value that does not make sense.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Config, readConfig, readEnvironment } from '../src/config.ts';
import { ConfigError } from '../src/environment.ts';
import { temporaryFolder } from './support/folder.ts';

const secret = 'a secret of this test, long enough';
/** Of settings that say nothing of JWKS. */
const secretOf = (config: Config) => ('secret' in config.auth ? config.auth.secret : '');
const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://db/tasks', BETTER_AUTH_SECRET: secret };

it('in development everything has a default', () => {
  const dataDir = temporaryFolder();
  expect(readConfig({ DATA_DIR: dataDir })).toEqual({
    production: false,
    host: '127.0.0.1',
    port: 8000,
    metricsPort: undefined,
    database: { dataDir },
    auth: { local: true, secret: expect.any(String), issuer: undefined, audience: undefined },
    corsOrigins: ['http://localhost:3000'],
    rateLimitPerMinute: 0,
    trustedProxies: 0,
    redisUrl: undefined,
    bodyLimit: 102_400,
    logLevel: 'info',
    validateResponses: 'error',
  });
});

it('in production three things are needed, and the rest is careful', () => {
  expect(readConfig(production)).toMatchObject({
    production: true,
    host: '0.0.0.0',
    database: { url: 'postgres://db/tasks', poolMax: 10 },
    corsOrigins: [],
    rateLimitPerMinute: 600,
    validateResponses: 'log',
  });
});

it('every setting can be set', () => {
  const settings = {
    ...production,
    HOST: '::1',
    PORT: '0',
    DATABASE_POOL_MAX: '25',
    AUTH_ISSUER: 'https://auth.example.com',
    AUTH_AUDIENCE: 'tasks',
    CORS_ORIGINS: 'https://a.example.com, http://localhost:5173',
    RATE_LIMIT_PER_MINUTE: '0',
    TRUST_PROXY: '2',
    REDIS_URL: 'redis://cache:6379',
    BODY_LIMIT: '1MB',
    LOG_LEVEL: 'warn',
    METRICS_PORT: '9100',
    VALIDATE_RESPONSES: 'off',
  };
  expect(readConfig(settings)).toEqual({
    production: true,
    host: '::1',
    port: 0,
    metricsPort: 9100,
    database: { url: 'postgres://db/tasks', poolMax: 25 },
    auth: { secret, local: false, issuer: 'https://auth.example.com', audience: 'tasks' },
    corsOrigins: ['https://a.example.com', 'http://localhost:5173'],
    rateLimitPerMinute: 0,
    trustedProxies: 2,
    redisUrl: 'redis://cache:6379',
    bodyLimit: 1_048_576,
    logLevel: 'warn',
    validateResponses: 'off',
  });
});

it.each([
  ['64', 64],
  ['64b', 64],
  ['2kB', 2048],
  ['2k', 2048],
  ['2 KB', 2048],
])('BODY_LIMIT=%s is a size', (BODY_LIMIT, bytes) => {
  expect(readConfig({ ...production, BODY_LIMIT }).bodyLimit).toBe(bytes);
});

it('an empty value is as good as none', () => {
  expect(readConfig({ ...production, PORT: '', CORS_ORIGINS: ' ' })).toMatchObject({ port: 8000, corsOrigins: [] });
});

it.each([
  ['NODE_ENV', 'staging'],
  ['PORT', 'http'],
  ['PORT', '-1'],
  ['PORT', '65536'],
  ['PORT', '80.5'],
  ['METRICS_PORT', 'x'],
  ['DATABASE_URL', 'mysql://db/tasks'],
  ['DATABASE_URL', 'nonsense'],
  ['DATABASE_URL', 'postgres://user:a#b@db/tasks'],
  ['DATABASE_URL', 'postgres://db/tasks?sslmode=requier'],
  ['DATABASE_URL', 'postgres://db/tasks?sslmode=Require'],
  ['DATABASE_URL', 'postgres://db/tasks?application_name=x&sslmode=verify_full'],
  ['DATABASE_URL', 'postgres://db/tasks?sslmode='],
  ['DATABASE_POOL_MAX', '1'],
  ['DATABASE_POOL_MAX', 'many'],
  ['BETTER_AUTH_SECRET', secret.slice(0, 31)],
  ['BETTER_AUTH_SECRET', 'x'.repeat(32)],
  ['BETTER_AUTH_SECRET', 'better-auth-secret-12345678901234567890'],
  ['CORS_ORIGINS', '*'],
  ['CORS_ORIGINS', 'https://a.example.com/'],
  ['CORS_ORIGINS', 'https://*.example.com'],
  ['CORS_ORIGINS', 'a.example.com'],
  ['RATE_LIMIT_PER_MINUTE', '-5'],
  ['TRUST_PROXY', 'true'],
  ['REDIS_URL', 'http://cache'],
  ['BODY_LIMIT', 'big'],
  ['BODY_LIMIT', '0'],
  ['BODY_LIMIT', '1GB'],
  ['LOG_LEVEL', 'loud'],
  ['VALIDATE_RESPONSES', 'yes'],
])('%s=%s stops the start with one line that names it', (name, value) => {
  const read = () => readConfig({ ...production, [name]: value });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(new RegExp(`^${name} .*$`));
});

it.each([
  ['begins with a space', ` ${secret}`],
  ['ends with a space', `${secret} `],
  ['ends with a line break, as what echo writes does', `${secret}\n`],
  ['ends with a line break of Windows', `${secret}\r\n`],
  ['begins with a byte order mark', `\u{FEFF}${secret}`],
])('a secret that %s stops the start: whoever signs with it takes that for a part of it', (_name, value) => {
  for (const settings of [production, { DATA_DIR: temporaryFolder() }]) {
    const read = () => readConfig({ ...settings, BETTER_AUTH_SECRET: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/^BETTER_AUTH_SECRET begins or ends with white space(?!.*a secret of this test).*$/);
  }
});

it.each(['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full'])(
  'DATABASE_URL may have sslmode=%s',
  (mode) => {
    const DATABASE_URL = `postgres://db/tasks?sslmode=${mode}`;
    expect(readConfig({ ...production, DATABASE_URL }).database).toMatchObject({ url: DATABASE_URL });
  },
);

it('a password that breaks its address is said to need encoding, and not repeated', () => {
  const read = () => readConfig({ ...production, DATABASE_URL: 'postgres://user:pass#word@db/tasks' });
  expect(read).toThrow('say %23 for # in a password');
  expect(read).not.toThrow(/pass#word/);
});

it('the metrics have another port than the rest', () => {
  for (const ports of [{ PORT: '9100', METRICS_PORT: '9100' }, { METRICS_PORT: '8000' }]) {
    const read = () => readConfig({ ...production, ...ports });
    expect(read).toThrow('METRICS_PORT must be another one than PORT');
  }
});

it.each(['DATABASE_URL', 'BETTER_AUTH_SECRET'])('production does not start without %s', (name) => {
  expect(() => readConfig({ ...production, [name]: undefined })).toThrow(new RegExp(`^${name} is missing: .*$`));
});

describe('with AUTH_JWKS_URL', () => {
  const jwksUrl = 'https://auth.example.com/api/auth/jwks';
  const welcome = { AUTH_ISSUER: 'https://auth.example.com', AUTH_AUDIENCE: 'tasks' };
  const published = { ...production, BETTER_AUTH_SECRET: undefined, AUTH_JWKS_URL: jwksUrl, ...welcome };

  it('production needs no secret', () => {
    expect(readConfig(published).auth).toEqual({ jwksUrl, issuer: 'https://auth.example.com', audience: 'tasks' });
  });

  it('development makes no secret, and takes tokens of every issuer and audience unless told', () => {
    const DATA_DIR = join(temporaryFolder(), 'none');
    expect(readConfig({ DATA_DIR, AUTH_JWKS_URL: jwksUrl }).auth).toEqual({ jwksUrl });
    expect(existsSync(DATA_DIR)).toBe(false);
  });

  it.each(['AUTH_ISSUER', 'AUTH_AUDIENCE'])('production does not start without %s', (name) => {
    expect(() => readConfig({ ...published, [name]: undefined })).toThrow(new RegExp(`^${name} is missing: .*$`));
  });

  it('any issuer and any audience are welcome when that is said', () => {
    const { auth } = readConfig({ ...published, AUTH_ISSUER: 'any', AUTH_AUDIENCE: 'any' });
    expect(auth).toEqual({ jwksUrl });
  });

  it('a secret too stops the start with one line that names both', () => {
    const both = () => readConfig({ ...published, BETTER_AUTH_SECRET: secret });
    expect(both).toThrow(ConfigError);
    expect(both).toThrow(/^AUTH_JWKS_URL and BETTER_AUTH_SECRET .*$/);
  });

  it.each([
    'http://localhost:3000/jwks',
    'http://127.0.0.1/jwks',
    'http://127.8.9.10:1/jwks',
    'http://[::1]:3000/jwks',
    'https://auth.internal/jwks',
  ])('the address %s is fine', (AUTH_JWKS_URL) => {
    expect(readConfig({ ...published, AUTH_JWKS_URL }).auth).toMatchObject({ jwksUrl: AUTH_JWKS_URL });
  });

  it.each([
    'http://auth.example.com/jwks',
    'http://localhost.example.com/jwks',
    'http://127.0.0.1.example.com/jwks',
    'http://10.0.0.1/jwks',
    'http://[::ffff:10.0.0.1]/jwks',
    'http://0.0.0.0/jwks',
    'https://user:hunter2@auth.example.com/jwks',
    'https://:hunter2@auth.example.com/jwks',
    'file:///etc/jwks.json',
    'data:application/json,{}',
    'auth.example.com/jwks',
  ])('the address %s stops the start with one line', (AUTH_JWKS_URL) => {
    const read = () => readConfig({ ...published, AUTH_JWKS_URL });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/^AUTH_JWKS_URL (?!.*hunter2).*$/);
  });
});

it('a password is not repeated in a message', () => {
  expect(() => readConfig({ ...production, DATABASE_URL: 'mysql://u:hunter2@db' })).toThrow(/^(?!.*hunter2).*$/);
});

describe('the local secret', () => {
  it('is made once, long, and for the owner of the folder alone', () => {
    const DATA_DIR = join(temporaryFolder(), 'data');
    const first = secretOf(readConfig({ DATA_DIR }));
    expect(Buffer.byteLength(first)).toBeGreaterThanOrEqual(32);
    expect(secretOf(readConfig({ DATA_DIR }))).toBe(first);
    for (const path of [DATA_DIR, join(DATA_DIR, 'secret')]) expect(statSync(path).mode & 0o077).toBe(0);
    expect(secretOf(readConfig({ DATA_DIR: temporaryFolder() }))).not.toBe(first);
  });

  it('needs a folder that can be written', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(() => readConfig({ DATA_DIR: file })).toThrow(/^DATA_DIR cannot be used: .*$/);
  });

  it('needs a secret where a file for it is there', () => {
    const DATA_DIR = temporaryFolder();
    writeFileSync(join(DATA_DIR, 'secret'), '');
    expect(() => readConfig({ DATA_DIR })).toThrow(/^DATA_DIR cannot be used: .*secret holds no secret: remove it$/);
  });
});

describe('a .env file', () => {
  it('is read, and the environment stands above it', () => {
    const file = join(temporaryFolder(), '.env');
    writeFileSync(file, 'ONLY_IN_FILE="from the file"\nPATH=file\n# comment\n');
    const { ONLY_IN_FILE, PATH } = readEnvironment(file);
    expect([ONLY_IN_FILE, PATH]).toEqual(['from the file', process.env['PATH']]);
  });

  it('has no white space around a value that is not quoted', () => {
    const file = join(temporaryFolder(), '.env');
    const read = (line: string) => {
      writeFileSync(file, `ONLY_IN_FILE=${line}\r\n`);
      return readConfig({ ...production, BETTER_AUTH_SECRET: readEnvironment(file)['ONLY_IN_FILE'] });
    };
    expect(secretOf(read(` ${secret} `))).toBe(secret);
    expect(() => read(`"${secret} "`)).toThrow('BETTER_AUTH_SECRET begins or ends with white space');
  });

  it('says nothing of a variable that is empty in the environment', () => {
    const file = join(temporaryFolder(), '.env');
    writeFileSync(file, 'PORT=9000\n');
    vi.stubEnv('PORT', '');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(readConfig({ ...production, PORT: readEnvironment(file)['PORT'] }).port).toBe(8000);
  });

  it('need not be there, but must be readable', () => {
    expect(readEnvironment(join(temporaryFolder(), '.env'))['PATH']).toBe(process.env['PATH']);
    expect(() => readEnvironment(temporaryFolder())).toThrow(/^.* cannot be read: .*$/);
  });
});
