// The server as it is shipped: the compiled one, a process of its own, with the settings of production.
import { afterAll } from 'vitest';
import { openPostgres } from '../../../src/database/postgres.ts';
import { secret } from '../../support/api.ts';
import { withDatabase } from '../../support/database.ts';
import { launch, listening, type ServerProcess } from '../../support/process.ts';

const started: ServerProcess[] = [];
afterAll(() => Promise.all(started.map((server) => server.stop('SIGKILL'))));

/** Starts a replica; it ends with the test file at the latest. `flags` are Node's. */
export function launchReplica(settings: Record<string, string>, flags: string[] = []): ServerProcess {
  const production = settings['DATABASE_URL'] === undefined ? {} : { NODE_ENV: 'production', HOST: '127.0.0.1' };
  const server = launch([...flags, 'dist/src/main.js'], {
    ...production,
    BETTER_AUTH_SECRET: secret,
    RATE_LIMIT_PER_MINUTE: '0',
    LOG_LEVEL: 'fatal',
    ...settings,
  });
  started.push(server);
  return server;
}

/** The same, when it listens. */
export function startReplica(settings: Record<string, string>, flags?: string[]): Promise<ServerProcess> {
  return listening(launchReplica(settings, flags));
}

let count = 0;

/** A new, empty database of a PostgreSQL. */
export async function emptyDatabase(url: string): Promise<string> {
  count += 1;
  const name = `resilience_${process.pid}_${count}`;
  const admin = openPostgres({ url, poolMax: 2, statementTimeout: 0 });
  await admin.raw('create database ??', [name]);
  await admin.destroy();
  return withDatabase(url, name);
}
