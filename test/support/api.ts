// A real server on a real database, and callers to talk to it over HTTP.
import { Writable } from 'node:stream';
import jwt from 'jsonwebtoken';
import createClient, { type Client } from 'openapi-fetch';
import { pino } from 'pino';
import { expect } from 'vitest';
import type { components, paths } from '../../client/src/generated/contract.ts';
import { readConfig } from '../../src/config.ts';
import { type Contract, loadContract } from '../../src/contract/contract.ts';
import { serializers } from '../../src/log.ts';
import { start } from '../../src/server.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { whenDone } from './when-done.ts';

export type Task = components['schemas']['Task'];
export type Problem = components['schemas']['Problem'];

export const secret = 'a secret of the test suite, long enough';

export interface Statement {
  sql: string;
  bindings: readonly unknown[];
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The body, if it is JSON. */
  json: unknown;
}

export interface RequestOptions {
  /** Whose token is sent; nobody's when left out. */
  as?: string;
  /** Sent as JSON. */
  json?: unknown;
  body?: NonNullable<RequestInit['body']>;
  headers?: Record<string, string>;
}

export interface Api {
  url: string;
  metricsUrl: string | undefined;
  database: TestDatabase;
  /** Every SQL statement so far. */
  statements: Statement[];
  /** Every line of the log so far. */
  logged: Record<string, unknown>[];
  /** One request, as raw as fetch allows. */
  request(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  /** The typed client of a user. */
  client(user: string): Client<paths>;
  stop(): Promise<void>;
}

/** Whether the first start has found the contract valid: as of one that was built, the others take that for granted. */
let valid = false;

/** Starts a server; it stops with the test, or the file, that has started it, at the latest. */
export async function startApi(
  settings: Record<string, string> = {},
  contract?: Contract,
  given?: TestDatabase,
): Promise<Api> {
  const database = given ?? (await createDatabase());
  const statements: Statement[] = [];
  const logged: Record<string, unknown>[] = [];
  database.db.on('query', ({ sql, bindings }: Statement) => statements.push({ sql, bindings: bindings ?? [] }));
  const config = readConfig({ NODE_ENV: 'test', PORT: '0', BETTER_AUTH_SECRET: secret, ...settings });
  const log = pino({ level: 'info', serializers }, into(logged));
  const server = await start(config, { database, log, contract: contract ?? { ...loadContract(), valid } });
  valid ||= contract === undefined;
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= server.stop();
    return stopped;
  };
  whenDone(stop);
  return {
    ...server,
    database,
    statements,
    logged,
    stop,
    request: (method, path, options = {}) => request(server.url + path, method, options),
    client: (user) =>
      createClient<paths>({ baseUrl: server.url, headers: { Authorization: `Bearer ${tokenFor(user)}` } }),
  };
}

/** A valid token of a user, with the claims on top. */
export function tokenFor(user: string, claims: object = {}): string {
  return jwt.sign({ sub: user, ...claims }, secret, { expiresIn: '1h' });
}

/** One request, as raw as fetch allows. */
export async function request(
  url: string,
  method: string,
  { as, json, body, headers }: RequestOptions,
): Promise<Reply> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    body: body ?? (json === undefined ? null : JSON.stringify(json)),
    headers: {
      ...(as !== undefined && { Authorization: `Bearer ${tokenFor(as)}` }),
      ...(json !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

/** Creates a task and returns it. */
export async function createTask(api: Api, user: string, values: Partial<Task> & { title: string }): Promise<Task> {
  const reply = await api.request('POST', `/api/${user}/tasks`, { as: user, json: values });
  expect(reply.status, reply.text).toBe(201);
  return reply.json as Task;
}

/** Asserts that the reply is a problem of this status and returns it. */
export function problemOf(reply: Reply, status: number): Problem {
  expect(reply.status, reply.text).toBe(status);
  expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = reply.json as Problem;
  expect(problem).toMatchObject({ status, instance: reply.headers.get('x-request-id') });
  return problem;
}

function into(lines: Record<string, unknown>[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
}
