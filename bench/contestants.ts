// Who takes part, and how each is started.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import jwt from 'jsonwebtoken';
import type { Start } from './process.ts';

export const secret = 'a secret of the benchmarks, long enough for HS256';

/** A token as Better Auth issues them. */
export function tokenFor(user: string, key = secret): string {
  return jwt.sign({ sub: user, email: `${user}@example.com`, name: 'Somebody' }, key, { expiresIn: '1d' });
}

/** How many connections to the database each server has. */
export const poolSize = 10;

/**
 * As many as FastAPI has threads for plain functions. A thread is needed to give a connection back, too: with ten, all threads would
 * soon wait for a connection while those who have one wait for a thread.
 */
const threads = 40;

export interface Contestant {
  name: string;
  /** What it is, in a few words for the table. */
  is: string;
  /** Whether its database is PostgreSQL: one of its own on the same server. The other is in a folder. */
  onPostgres: boolean;
  /** Why it cannot take part here. */
  missing?(): string | undefined;
  start(database: string, options: StartOptions): Start;
}

export interface StartOptions {
  cwd: string;
  core?: number | undefined;
  /** Where Node is to leave a CPU profile. */
  profile?: string | undefined;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Debian's: its packages are there, and nowhere else. */
const python = '/usr/bin/python3';

export const contestants: Contestant[] = [
  node('floor', 'node:http and pg, by hand', 'dist/contestants/floor/server.js'),
  node('fastify', 'Fastify 5 with schemas and serialisers, and pg', 'dist/contestants/fastify/server.js'),
  node(
    'naive',
    'Express, express-openapi-validator and Objection, as their tutorials do',
    'dist/contestants/naive/server.js',
  ),
  {
    name: 'fastapi',
    is: 'FastAPI and SQLModel on uvicorn, as their tutorials do',
    onPostgres: true,
    missing: () =>
      spawnSync(python, ['-c', 'import fastapi, jwt, psycopg2, sqlmodel, uvicorn']).status === 0
        ? undefined
        : 'apt-get install python3-fastapi python3-sqlmodel python3-psycopg2 python3-jwt uvicorn',
    start: (database, options) => ({
      command: [python, here('contestants/fastapi/main.py')],
      env: { ...settings(database), POOL_MAX: String(threads) },
      ...options,
    }),
  },
  deed('deed', 'Deed as shipped'),
  deed('deed-again', 'Deed once more: the A/A control'),
  deed('deed-embedded', 'Deed on its embedded database (PGlite), in one process', false),
];

/** What all but Deed are told. */
function settings(database: string): Record<string, string> {
  return { NODE_ENV: 'production', DATABASE_URL: database, POOL_MAX: String(poolSize), SECRET: secret };
}

function node(name: string, is: string, script: string): Contestant {
  return {
    name,
    is,
    onPostgres: true,
    start: (database, options) => ({
      command: [process.execPath, ...profiling(name, options), here(script)],
      env: settings(database),
      ...options,
    }),
  };
}

/** As it is deployed: compiled, with the settings of production. The limit on requests is on, out of reach. */
function deed(name: string, is: string, onPostgres = true): Contestant {
  const database = (where: string): Record<string, string> =>
    onPostgres ? { NODE_ENV: 'production', DATABASE_URL: where } : { DATA_DIR: where, VALIDATE_RESPONSES: 'log' };
  return {
    name,
    is,
    onPostgres,
    start: (where, options) => ({
      command: [process.execPath, ...profiling(name, options), here('../dist/src/main.js')],
      env: {
        ...database(where),
        HOST: '127.0.0.1',
        PORT: '0',
        DATABASE_POOL_MAX: String(poolSize),
        BETTER_AUTH_SECRET: secret,
        RATE_LIMIT_PER_MINUTE: '1000000',
      },
      ...options,
    }),
  };
}

function profiling(name: string, { profile }: StartOptions): string[] {
  if (profile === undefined) return [];
  const folder = join(profile, name);
  mkdirSync(folder, { recursive: true });
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}
