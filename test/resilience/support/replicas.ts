// The server as it is shipped: the compiled one, a process of its own, with the settings of production.
import { afterAll } from 'vitest';
import { secret } from '../../support/api.ts';
import { createEmpty } from '../../support/database.ts';
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
export function emptyDatabase(url: string): Promise<string> {
  count += 1;
  return createEmpty(url, `resilience_${process.pid}_${count}`);
}
