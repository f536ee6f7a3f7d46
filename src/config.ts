// The settings: the environment (and a .env file) read once at start, every bad value named.
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type AuthSettings, readAuth } from './auth/settings.ts';
import { ConfigError, type Environment, type Reader, reader } from './environment.ts';
import { readTracing, type TracingSettings } from './tracing/settings.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const responseChecks = ['error', 'log', 'off'] as const;
/** Those that pg knows. It takes any other for `verify-full`. */
const sslModes = ['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full'];

export interface Config {
  production: boolean;
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** A port of its own for the metrics, which only production has; undefined: they are served with the rest. */
  metricsPort: number | undefined;
  database: { url: string; poolMax: number } | { dataDir: string };
  auth: AuthSettings;
  corsOrigins: string[];
  /** 0 is off. */
  rateLimitPerMinute: number;
  /** How many proxies there are between a caller and the server: what they say of the caller's address is believed. */
  trustedProxies: number;
  redisUrl: string | undefined;
  /** In bytes. */
  bodyLimit: number;
  logLevel: (typeof logLevels)[number];
  validateResponses: (typeof responseChecks)[number];
  /** Undefined: requests are not traced. */
  tracing: TracingSettings | undefined;
}

/**
 * The environment, on top of what a `.env` file says: by default the one in the working directory. An empty variable is on top as
 * well: that is how a value of the file is taken back for once.
 */
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
  const production = isProduction(env);
  const port = env.integer('PORT', 8000, 0, 65_535);
  return {
    production,
    host: env.text('HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port,
    metricsPort: readMetricsPort(env, production, port),
    database: readDatabase(environment),
    auth: readAuth(env, production, dataDirOf(env)),
    corsOrigins: readOrigins(env.text('CORS_ORIGINS') ?? (production ? '' : 'http://localhost:3000')),
    rateLimitPerMinute: env.integer('RATE_LIMIT_PER_MINUTE', production ? 600 : 0, 0, 1_000_000),
    trustedProxies: env.integer('TRUST_PROXY', 0, 0, 10),
    redisUrl: env.url('REDIS_URL', ['redis:', 'rediss:']),
    bodyLimit: readBytes(env.text('BODY_LIMIT') ?? '100kB'),
    logLevel: env.choice('LOG_LEVEL', logLevels, 'info'),
    validateResponses: env.choice('VALIDATE_RESPONSES', responseChecks, production ? 'log' : 'error'),
    tracing: readTracing(environment),
  };
}

function isProduction(env: Reader): boolean {
  return env.choice('NODE_ENV', ['development', 'production', 'test'], 'development') === 'production';
}

function dataDirOf(env: Reader): string {
  return env.text('DATA_DIR') ?? '.data';
}

/** The database alone: migrating needs no more of the settings. @throws ConfigError */
export function readDatabase(environment: Environment): Config['database'] {
  const env = reader(environment);
  const url = env.url('DATABASE_URL', ['postgres:', 'postgresql:']);
  if (url !== undefined) assertSslMode(url);
  const poolMax = env.integer('DATABASE_POOL_MAX', 10, 2, 1_000);
  if (url !== undefined) return { url, poolMax };
  if (isProduction(env)) throw new ConfigError('DATABASE_URL is missing: production needs a PostgreSQL database');
  return { dataDir: dataDirOf(env) };
}

function assertSslMode(url: string): void {
  for (const mode of new URL(url).searchParams.getAll('sslmode')) {
    if (!sslModes.includes(mode))
      throw new ConfigError(`DATABASE_URL must have an sslmode of ${sslModes.join(', ')}, not "${mode}"`);
  }
}

function readMetricsPort(env: Reader, production: boolean, port: number): number | undefined {
  if (env.text('METRICS_PORT') === undefined) return undefined;
  const metricsPort = env.integer('METRICS_PORT', 0, 0, 65_535);
  if (metricsPort !== 0 && metricsPort === port) throw new ConfigError('METRICS_PORT must be another one than PORT');
  return production ? metricsPort : undefined;
}

function readOrigins(list: string): string[] {
  const origins = list
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  for (const origin of origins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin && !origin.includes('*')) continue;
    throw new ConfigError(`CORS_ORIGINS must be origins such as https://app.example.com, not "${origin}"`);
  }
  return origins;
}

const byteUnits: Record<string, number> = { '': 1, b: 1, k: 1024, kb: 1024, m: 1024 ** 2, mb: 1024 ** 2 };

function readBytes(value: string): number {
  const [, number, unit = ''] = /^(\d{1,9})\s*([kmKM]?[bB]?)$/.exec(value) ?? [];
  const bytes = Number(number) * (byteUnits[unit.toLowerCase()] ?? Number.NaN);
  if (bytes > 0) return bytes;
  throw new ConfigError(`BODY_LIMIT must be a size such as 100kB or 1MB, not "${value}"`);
}
