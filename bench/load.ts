// The load: requests of one operation by many users, sent by wrk from a core of its own.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tokenFor } from './contestants.ts';
import { loadCore, pinned } from './process.ts';
import { taskId, tasksEach, userName, users } from './rows.ts';

export const operations = ['list10', 'list50', 'get', 'create', 'update', 'toggle', 'delete'] as const;
export type Operation = (typeof operations)[number];

/** What wrk has seen; times in milliseconds. */
export interface Load {
  requests: number;
  seconds: number;
  failed: number;
  p50: number;
  p99: number;
}

const script = fileURLToPath(new URL('load.lua', import.meta.url));

export interface LoadOptions {
  connections: number;
  /** Whole seconds: wrk knows no others. */
  seconds: number;
  /** It stops earlier, after so many requests. */
  most?: number;
  /** wrk runs where there is room, and not on its own core. */
  anywhere?: boolean;
}

/** @throws Error unless requests were answered, and every one with success. */
export async function sendLoad(
  url: string,
  file: string,
  { connections, seconds, most = 0, anywhere = false }: LoadOptions,
): Promise<Load> {
  const shape = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s'];
  const wrk = ['wrk', ...shape, '-s', script, url, '--', file, String(most)];
  const [command, ...rest] = pinned(anywhere ? undefined : loadCore, wrk);
  const { stdout } = await promisify(execFile)(String(command), rest);
  const load: Load = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  if (load.requests === 0) throw new Error(`nothing was answered: ${url} ${file}`);
  if (load.failed > 0) throw new Error(`${load.failed} of ${load.requests} requests failed: ${url} ${file}`);
  return load;
}

/** A machine that hangs for a moment makes requests fail, and is not to be the end of a long run. */
export async function orAgain<Result>(measure: () => Promise<Result>, repeats = 2): Promise<Result> {
  try {
    return await measure();
  } catch (error) {
    if (repeats === 0) throw error;
    process.stderr.write(`once more, since ${(error as Error).message}\n`);
    return orAgain(measure, repeats - 1);
  }
}

export function assertWrk(): void {
  if (spawnSync('wrk', ['-v']).error) throw new Error('wrk is missing: apt-get install wrk');
}

/** Writes the file that `sendLoad` reads, unless it is there already. */
export function writeRequests(folder: string, operation: Repeatable): string {
  const file = join(folder, `${operation}.http`);
  if (!existsSync(file)) write(file, many(requestOf[operation]));
  return file;
}

/** The same for rows that can be deleted once. */
export function writeDeletions(folder: string, ids: [user: number, id: number][]): string {
  const file = join(folder, 'delete.http');
  write(
    file,
    ids.map(([user, id]) => request('DELETE', user, `/${id}`)),
  );
  return file;
}

function write(file: string, requests: string[]): void {
  writeFileSync(file, requests.map((text) => `${text}\u0001`).join(''));
}

export type Repeatable = Exclude<Operation, 'delete'>;

const requestOf: Record<Repeatable, (user: number, id: number) => string> = {
  list10: (user) => request('GET', user, '?limit=10'),
  list50: (user) => request('GET', user, '?limit=50'),
  get: (user, id) => request('GET', user, `/${id}`),
  create: (user, id) =>
    request('POST', user, '', { title: `Buy milk ${id}`, description: 'Two litres, the green one', due_date: dueDate }),
  update: (user, id) => request('PUT', user, `/${id}`, { title: `Buy oat milk ${id}`, due_date: dueDate }),
  toggle: (user, id) => request('PATCH', user, `/${id}/complete`),
};

const dueDate = '2026-09-01T10:00:00+02:00';

/** Users and tasks in an order that looks like chance and is the same each time: 7,919 and 193 are prime to their numbers. */
function many(make: (user: number, id: number) => string): string[] {
  return Array.from({ length: users * 10 }, (_, i) => {
    const user = 1 + ((i * 7_919) % users);
    return make(user, taskId(user, 1 + ((i * 193) % tasksEach)));
  });
}

const tokens = new Map<number, string>();

function request(method: string, user: number, rest: string, body?: object): string {
  const token = tokens.get(user) ?? tokenFor(userName(user));
  tokens.set(user, token);
  const json = body && JSON.stringify(body);
  return [
    `${method} /api/${userName(user)}/tasks${rest} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Accept: application/json',
    `Authorization: Bearer ${token}`,
    ...(json === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(json)}`]),
    '',
    json ?? '',
  ].join('\r\n');
}
