// The settings: the environment (and a .env file) read once at start, every bad value named.
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const responseChecks = ['error', 'log', 'off'] as const;

export interface Config {
  production: boolean;
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** A port of its own for the metrics, or undefined to serve them with the rest. */
  metricsPort: number | undefined;
  database: { url: string; poolMax: number } | { dataDir: string };
  auth: { secret: string; issuer: string | undefined; audience: string | undefined };
  corsOrigins: string[];
  /** 0 is off. */
  rateLimitPerMinute: number;
  redisUrl: string | undefined;
  /** In bytes. */
  bodyLimit: number;
  logLevel: (typeof logLevels)[number];
  validateResponses: (typeof responseChecks)[number];
}

/** A setting that stops the start. The message is one line that names the variable. */
export class ConfigError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment, on top of what a `.env` file says: by default the one in the working directory. */
export function readEnvironment(file = '.env'): Environment {
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...process.env };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return process.env;
    throw new ConfigError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** @throws ConfigError for a value that is missing or does not make sense. */
export function readConfig(environment: Environment): Config {
  const env = reader(environment);
  const production = env.choice('NODE_ENV', ['development', 'production', 'test'], 'development') === 'production';
  const dataDir = env.text('DATA_DIR') ?? '.data';
  return {
    production,
    host: env.text('HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: env.integer('PORT', 8000, 0, 65_535),
    metricsPort: env.text('METRICS_PORT') === undefined ? undefined : env.integer('METRICS_PORT', 0, 0, 65_535),
    database: readDatabase(env, production, dataDir),
    auth: {
      secret: readSecret(env, production, dataDir),
      issuer: env.text('AUTH_ISSUER'),
      audience: env.text('AUTH_AUDIENCE'),
    },
    corsOrigins: readOrigins(env.text('CORS_ORIGINS') ?? (production ? '' : 'http://localhost:3000')),
    rateLimitPerMinute: env.integer('RATE_LIMIT_PER_MINUTE', production ? 600 : 0, 0, 1_000_000),
    redisUrl: env.url('REDIS_URL', ['redis:', 'rediss:']),
    bodyLimit: readBytes(env.text('BODY_LIMIT') ?? '100kB'),
    logLevel: env.choice('LOG_LEVEL', logLevels, 'info'),
    validateResponses: env.choice('VALIDATE_RESPONSES', responseChecks, production ? 'log' : 'error'),
  };
}

type Reader = ReturnType<typeof reader>;

function reader(environment: Environment) {
  /** An empty value is as good as none. */
  const text = (name: string): string | undefined => environment[name]?.trim() || undefined;
  return {
    text,
    integer(name: string, fallback: number, min: number, max: number): number {
      const value = text(name) ?? String(fallback);
      if (/^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value);
      throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, not "${value}"`);
    },
    choice<Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
      const value = text(name) ?? fallback;
      const found = choices.find((choice) => choice === value);
      if (found !== undefined) return found;
      throw new ConfigError(`${name} must be one of ${choices.join(', ')}, not "${value}"`);
    },
    /** The value is not repeated in the message: it may hold a password. */
    url(name: string, protocols: string[]): string | undefined {
      const value = text(name);
      if (value === undefined || (URL.canParse(value) && protocols.includes(new URL(value).protocol))) return value;
      throw new ConfigError(
        `${name} must be an address that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
      );
    },
  };
}

function readDatabase(env: Reader, production: boolean, dataDir: string): Config['database'] {
  const url = env.url('DATABASE_URL', ['postgres:', 'postgresql:']);
  const poolMax = env.integer('DATABASE_POOL_MAX', 10, 2, 1_000);
  if (url !== undefined) return { url, poolMax };
  if (production) throw new ConfigError('DATABASE_URL is missing: production needs a PostgreSQL database');
  return { dataDir };
}

/** HS256 wants a key of at least the size of its hash (RFC 7518, section 3.2). */
const minSecretBytes = 32;

function readSecret(env: Reader, production: boolean, dataDir: string): string {
  const secret = env.text('BETTER_AUTH_SECRET');
  if (secret === undefined) {
    if (production)
      throw new ConfigError('BETTER_AUTH_SECRET is missing: production needs the secret of the token issuer');
    return localSecret(dataDir);
  }
  if (Buffer.byteLength(secret) >= minSecretBytes) return secret;
  throw new ConfigError(`BETTER_AUTH_SECRET must have at least ${minSecretBytes} bytes`);
}

/** A secret of this folder, made once: the server and `npm run token` find the same. */
function localSecret(dataDir: string): string {
  const file = join(dataDir, 'secret');
  try {
    mkdirSync(dataDir, { recursive: true });
    if (!existsSync(file)) makeSecret(file);
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`DATA_DIR cannot be written: ${(error as Error).message}`);
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

function readOrigins(list: string): string[] {
  const origins = list
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  for (const origin of origins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    throw new ConfigError(`CORS_ORIGINS must be origins such as https://app.example.com, not "${origin}"`);
  }
  return origins;
}

const byteUnits: Record<string, number> = { '': 1, b: 1, kb: 1024, mb: 1024 ** 2 };

function readBytes(value: string): number {
  const [, number, unit = ''] = /^(\d{1,9})\s*([kmKM]?[bB]?)$/.exec(value) ?? [];
  const bytes = Number(number) * (byteUnits[unit.toLowerCase()] ?? Number.NaN);
  if (bytes > 0) return bytes;
  throw new ConfigError(`BODY_LIMIT must be a size such as 100kB or 1MB, not "${value}"`);
}
