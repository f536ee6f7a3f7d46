// A server that is told to stop under load: what has begun is answered, nothing new begins, and it ends in time.
import { Agent, request as httpRequest } from 'node:http';
import { describe, expect, inject, it } from 'vitest';
import { idleGrace } from '../../src/http/listen.ts';
import { tokenFor } from '../support/api.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { ServerProcess } from '../support/process.ts';
import { report, stops } from './settings.ts';
import { emptyDatabase, startReplica } from './support/replicas.ts';
import { watchStandstill } from './support/standstill.ts';

/** What became of a request: its status, or how its connection failed. */
interface Outcome {
  title: string;
  status?: number;
  failure?: string;
  /** When it was sent. */
  sent: number;
  /** Whether it was sent on a connection that had been kept since the request before. */
  kept: boolean;
}

/** A caller who creates tasks one after the other until he is refused, and what became of each. */
async function create(url: string, caller: number, kept: boolean): Promise<Outcome[]> {
  const agent = new Agent({ keepAlive: kept });
  const outcomes: Outcome[] = [];
  for (let turn = 0; outcomes.at(-1)?.failure === undefined; turn += 1) {
    outcomes.push(await createOne(url, `${caller} ${turn}`, agent));
  }
  return outcomes;
}

function createOne(url: string, title: string, agent: Agent): Promise<Outcome> {
  const sent = performance.now();
  return new Promise((resolve) => {
    const end = (became: { status: number } | { failure: string }) => {
      resolve({ title, sent, kept: request.reusedSocket, ...became });
    };
    const headers = { Authorization: `Bearer ${tokenFor('alice')}`, 'Content-Type': 'application/json' };
    const request = httpRequest(`${url}/api/alice/tasks`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('close', () => {
        end(response.complete ? { status: response.statusCode ?? 0 } : { failure: 'cut' });
      });
    });
    request.once('error', ({ code }: NodeJS.ErrnoException) => end({ failure: String(code) }));
    request.end(JSON.stringify({ title }));
  });
}

/** The titles of all tasks, a page at a time. */
async function stored(url: string): Promise<string[]> {
  const titles: string[] = [];
  let next: string | undefined = '/api/alice/tasks?limit=100';
  while (next !== undefined) {
    const page: Response = await fetch(url + next, { headers: { Authorization: `Bearer ${tokenFor('alice')}` } });
    titles.push(...((await page.json()) as { title: string }[]).map(({ title }) => title));
    next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
  }
  return titles;
}

describe('told to stop under load', () => {
  it.each([
    ['PostgreSQL', async () => ({ DATABASE_URL: await emptyDatabase(inject('postgresUrl')) })],
    ['the embedded database', async () => ({ DATA_DIR: temporaryFolder() })],
  ])('it cuts nobody short, and ends at once: on %s', async (name, settings) => {
    const environment = await settings();
    let server: ServerProcess | undefined;
    const standstill = watchStandstill(() => [server?.child.pid]);
    const outcomes: Outcome[] = [];
    const ends: { all: number; running: number }[] = [];
    for (let stop = 0; stop < stops; stop += 1) {
      server = await startReplica(environment);
      const { url } = server;
      // Half of them keep their connection, the others open one for each request.
      const busy = Array.from({ length: 32 }, (_, caller) => create(url, 100 * stop + caller, caller % 2 === 0));
      await expect.poll(async () => (await stored(url)).length, { timeout: 60_000 }).toBeGreaterThan(stop * 50);
      const begun = performance.now();
      expect(await server.stop('SIGTERM')).toBe(0);
      ends.push({ all: performance.now() - begun, running: standstill.running(begun) });
      const became = (await Promise.all(busy)).flat();
      expectRefusedInOrder(became, (sent) => sent - begun > idleGrace && standstill.running(begun, sent) < idleGrace);
      outcomes.push(...became);
    }
    expectNothingCut(outcomes, await stored((await startReplica(environment)).url));
    expect(Math.max(...ends.map(({ running }) => running))).toBeLessThan(10_000);
    const slowest = Math.round(Math.max(...ends.map(({ all }) => all)));
    report(`${name}: ${stops} stops, ${outcomes.length} requests, none cut, ended within ${slowest} ms`);
  });
});

/**
 * A connection that is kept says when it is over; one that is new may be turned away by the system in the moment in which nobody
 * listens any more. `held` says of a request whether it was the machine that kept it from being sent in time.
 */
function expectRefusedInOrder(outcomes: Outcome[], held: (sent: number) => boolean): void {
  for (const { failure, kept, sent } of outcomes) {
    if (failure === undefined) continue;
    expect(['ECONNREFUSED', ...(kept && !held(sent) ? [] : ['ECONNRESET'])]).toContain(failure);
  }
}

/** Who was not answered was not let in: the request has left nothing. */
function expectNothingCut(outcomes: Outcome[], titles: string[]): void {
  const answered = outcomes.filter(({ failure }) => failure === undefined);
  expect(new Set(answered.map(({ status }) => status))).toEqual(new Set([201]));
  expect(titles.toSorted()).toEqual(answered.map(({ title }) => title).toSorted());
}

describe('with a request that does not end', () => {
  /** A server with a request that waits for a lock, which is told to stop. */
  async function stuck(): Promise<ServerProcess> {
    const url = await emptyDatabase(inject('postgresUrl'));
    const server = await startReplica({ DATABASE_URL: url, LOG_LEVEL: 'warn' });
    const socket = httpRequest(`${server.url}/api/alice/tasks`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${tokenFor('alice')}`,
        'Content-Type': 'application/json',
        'Content-Length': 100,
      },
    });
    socket.once('error', () => {}); // it is cut off in the end
    socket.flushHeaders(); // and the body never comes
    await fetch(`${server.url}/health`);
    return server;
  }

  it('it ends within 10 s all the same, and the log says how', async () => {
    const server = await stuck();
    const standstill = watchStandstill(() => [server.child.pid]);
    const begun = performance.now();
    expect(await server.stop('SIGTERM')).toBe(1);
    expect(standstill.running(begun)).toBeLessThan(10_000);
    expect(server.stderr).toContain('stopped without waiting for running requests');
  });

  it.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGTERM', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
  ] as const)('%s and then %s end it at once', async (first, second) => {
    const server = await stuck();
    const standstill = watchStandstill(() => [server.child.pid]);
    server.child.kill(first);
    await expect.poll(() => fetch(server.url).catch(() => undefined)).toBeUndefined();
    const begun = performance.now();
    expect(await server.stop(second)).toBe(1);
    expect(standstill.running(begun)).toBeLessThan(1_000);
  });
});
