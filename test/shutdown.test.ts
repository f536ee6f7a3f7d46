// Listening, and stopping: requests that are on their way are answered, connections are closed, and probes are told.
import { once } from 'node:events';
import { connect, Server as NetServer, type Socket } from 'node:net';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readConfig } from '../src/config.ts';
import { listen, stopListening, urlOf } from '../src/http/listen.ts';
import { start } from '../src/server.ts';
import { secret, startApi, tokenFor } from './support/api.ts';
import { createDatabase } from './support/database.ts';
import { quiet } from './support/quiet.ts';

/** A connection on which a request has begun, and a function that ends the request and reads the answer. */
async function begin(url: string, head: string): Promise<(rest: string) => Promise<string>> {
  const { port, hostname } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(head);
  return async (rest) => {
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.write(rest);
    await once(socket, 'close');
    return answer;
  };
}

it('a request that has begun is answered, and then the connection is closed', async () => {
  const api = await startApi();
  const body = '{"title":"Last orders"}';
  const finishCreate = await begin(
    api.url,
    `POST /api/alice/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor('alice')}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`,
  );
  const finishProbe = await begin(api.url, 'GET /ready HTTP/1.1\r\nHost: x\r\n');
  await api.request('GET', '/health'); // what was sent before has arrived
  const stopped = api.stop();
  await expect(fetch(`${api.url}/health`)).rejects.toThrow();
  expect(await finishCreate(`\r\n${body}`)).toMatch(/^HTTP\/1\.1 201 [\s\S]*Connection: close[\s\S]*Last orders/);
  const probe = await finishProbe('\r\n');
  expect(probe).toMatch(/^HTTP\/1\.1 503 [\s\S]*Connection: close[\s\S]*Retry-After: 5/);
  await stopped;
});

it('a request whose body is still to come does not keep the server alive once it is answered', async () => {
  const api = await startApi();
  const body = '{"title":"Last orders"}';
  const head = `POST /api/alice/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor('alice')}\r\n`;
  const finish = await begin(
    api.url,
    `${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  await api.request('GET', '/health');
  const begun = performance.now();
  const stopped = api.stop();
  expect(await finish(body)).toMatch(/^HTTP\/1\.1 201 /);
  await stopped;
  expect(performance.now() - begun).toBeLessThan(5_000);
});

it('a caller who hangs up half-way leaves nothing behind', async () => {
  const api = await startApi();
  const { port, hostname } = new URL(api.url);
  for (const head of [
    'POST /api/alice/tasks HTTP/1.1\r\nHost: x\r\n',
    `POST /api/alice/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor('alice')}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
  ]) {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(head);
    await api.request('GET', '/health');
    socket.resetAndDestroy();
  }
  const aborted = () => api.logged.filter((line) => line['aborted'] === true);
  await expect.poll(aborted).toHaveLength(1);
  expect(aborted()[0]).not.toHaveProperty('status');
  expect((await api.request('GET', '/metrics')).text).toMatch(/operation="createTask",status="aborted"/);
  expect((await api.request('GET', '/api/alice/tasks', { as: 'alice' })).json).toEqual([]);
});

it('a server whose last connection ends while it looks for idle ones leaves no timer behind', async () => {
  const server = await listen(() => {}, { host: '127.0.0.1', port: 0, variable: 'PORT' }, quiet);
  const { port, hostname } = new URL(urlOf(server));
  const socket = connect(Number(port), hostname);
  await once(server, 'connection');
  onTestFinished(() => void vi.useRealTimers());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] });
  const stopped = stopListening(server);
  vi.advanceTimersToNextTimer(); // it is about to look
  expect(vi.getTimerCount()).toBe(1);
  socket.resetAndDestroy();
  await stopped;
  expect(vi.getTimerCount()).toBe(0);
});

it('a start that fails closes what it has opened, and has served nobody', async () => {
  const taken = await startApi();
  const { port } = new URL(taken.url);
  let closed = false;
  const close = async () => {
    closed = true;
  };
  const config = readConfig({ NODE_ENV: 'test', PORT: port, BETTER_AUTH_SECRET: secret });
  const options = { database: { db: taken.database.db, close }, log: pino({ enabled: false }) };
  await expect(start(config, options)).rejects.toThrow('PORT is in use by another process');
  expect(closed).toBe(true);
});

describe('what fails when it is closed', () => {
  /** A start with a database that fails so. */
  async function failing(port: string) {
    const close = vi.fn(async () => {
      throw new Error('the database cannot be closed');
    });
    const { db, close: closeDatabase } = await createDatabase();
    onTestFinished(closeDatabase);
    const settings = { NODE_ENV: 'test', PORT: port, BETTER_AUTH_SECRET: secret };
    return {
      close,
      begin: () => start(readConfig(settings), { database: { db, close }, log: pino({ enabled: false }) }),
    };
  }

  it('does not hide why a start has failed, and keeps nothing else open', async () => {
    const { port } = new URL((await startApi()).url);
    const { begin, close } = await failing(port);
    await expect(begin()).rejects.toThrow('PORT is in use by another process');
    expect(close).toHaveBeenCalledOnce();
  });

  it('is told to who stops the server, however often, once all the rest is closed', async () => {
    const { begin, close } = await failing('0');
    const { url, stop } = await begin();
    const reason = new Error('the listener cannot be closed');
    const { close: closeListener } = NetServer.prototype;
    const broken = vi.spyOn(NetServer.prototype, 'close').mockImplementation(function (this: NetServer, done) {
      closeListener.call(this, done);
      throw reason;
    });
    onTestFinished(() => broken.mockRestore());
    const rejected = { status: 'rejected', reason };
    expect(await Promise.allSettled([stop(), stop()])).toEqual([rejected, rejected]);
    await expect(fetch(url)).rejects.toThrow();
    expect(close).toHaveBeenCalledOnce();
  });
});

describe('nobody can listen', () => {
  const listenAt = (host: string, port: number) => listen(() => {}, { host, port, variable: 'PORT' }, quiet);

  it('where somebody listens already', async () => {
    const server = await listenAt('127.0.0.1', 0);
    const port = Number(new URL(urlOf(server)).port);
    await expect(listenAt('127.0.0.1', port)).rejects.toThrow('PORT is in use by another process');
    await stopListening(server);
  });

  it('at an address that is not of this machine', async () => {
    await expect(listenAt('192.0.2.1', 0)).rejects.toThrow('HOST 192.0.2.1 with this PORT is nothing to listen on');
  });
});
