// The database goes away under load, in every way that it can, and comes back: callers are told in time, and nothing is lost.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerProcess } from '../support/process.ts';
import { outages, report } from './settings.ts';
import { type Network, startNetwork } from './support/network.ts';
import { type PgBouncer, startPgBouncer } from './support/pgbouncer.ts';
import { accepts, execute, type Postgres, startPostgres } from './support/postgres.ts';
import { emptyDatabase, startReplica } from './support/replicas.ts';
import { type Standstill, watchStandstill } from './support/standstill.ts';
import { type Answer, startWriters } from './support/writer.ts';

let postgres: Postgres;
let bouncer: PgBouncer;
let network: Network;
beforeAll(async () => {
  postgres = await startPostgres();
  bouncer = await startPgBouncer(postgres.port, 4); // the server would take 10
  network = await startNetwork(postgres.port);
});
afterAll(async () => {
  network.close();
  await bouncer.stop();
  await postgres.remove();
});

/** How the database goes away, and how it comes back. `url` is that of the database itself. */
interface Outage {
  begin(url: string): Promise<void> | void;
  end(url: string): Promise<void> | void;
}

const stopped: Outage = { begin: () => postgres.stop(), end: () => postgres.start() };
const silent: Outage = { begin: () => network.silence(), end: () => network.heal() };
const cutByServer: Outage = {
  begin: async (url) => {
    const others = `datname = '${new URL(url).pathname.slice(1)}' and pid <> pg_backend_pid()`;
    await execute(url, `select pg_terminate_backend(pid) from pg_stat_activity where ${others}`);
  },
  end: () => {},
};
const cutByBouncer: Outage = { begin: (url) => bouncer.cut(url), end: () => {} };

const direct = (url: string) => url;
const pooled = (url: string) => bouncer.through(url);
const overNetwork = (url: string) => network.through(url);

describe('callers are told in time, and find all as they left it, when PostgreSQL', () => {
  it.each([
    ['is stopped and started', stopped, direct],
    ['is stopped and started behind PgBouncer', stopped, pooled],
    ['cuts every connection', cutByServer, direct],
    ['cuts every connection of PgBouncer', cutByServer, pooled],
    ['is cut off by PgBouncer', cutByBouncer, pooled],
    ['is never heard of again on the connections that there are', silent, overNetwork],
  ])('%s', async (name, outage, way) => {
    const url = await emptyDatabase(postgres.url);
    const server = await startReplica({ DATABASE_URL: way(url), LOG_LEVEL: 'error' });
    const standstill = watchStandstill(() => [server.child.pid]);
    const writers = startWriters(server.url, 16);
    const returns: Return[] = [];
    for (let count = 0; count < outages; count += 1) {
      await answered(writers.answers, isSuccess, 50);
      await outage.begin(url);
      // Where it stays away, everybody has met it before it comes back.
      if (outage !== cutByServer && outage !== cutByBouncer) await answered(writers.answers, isRefusal, 32);
      await outage.end(url);
      await expect.poll(() => accepts(way(url)), { timeout: 10_000, interval: 1 }).toBe(true);
      returns.push(await firstSuccess(writers.answers));
    }
    await answered(writers.answers, isSuccess, 100);
    await writers.stop();
    expect(writers.breaches()).toEqual([]);
    report(`${name}: ${figures(writers.answers(), returns)}, ${writers.acknowledged()} acknowledged writes`);
    expectPromises(server, writers.answers());
    expectInTime(standstill, writers.answers(), returns);
    expect(await server.stop('SIGTERM')).toBe(0);
  });
});

function isSuccess({ status }: Answer): boolean {
  return status < 300;
}

function isRefusal({ status }: Answer): boolean {
  return status === 503;
}

/** Waits until that many more answers of a kind are there. */
async function answered(answers: () => Answer[], kind: (answer: Answer) => boolean, more: number): Promise<void> {
  const count = () => answers().filter(kind).length;
  const goal = count() + more;
  await expect.poll(count, { timeout: 60_000, interval: 10 }).toBeGreaterThanOrEqual(goal);
}

/** When the database was back, and when the next request succeeded. */
interface Return {
  back: number;
  served: number;
}

async function firstSuccess(answers: () => Answer[]): Promise<Return> {
  const back = performance.now();
  const isLater = (answer: Answer) => isSuccess(answer) && answer.at > back;
  await answered(answers, isLater, 1);
  const later = answers().filter(isLater);
  return { back, served: Math.min(...later.map(({ at }) => at)) };
}

function expectPromises(server: ServerProcess, answers: Answer[]): void {
  expect(server.child.exitCode).toBeNull();
  const refusals = answers.filter((answer) => !isSuccess(answer));
  // A key is still in use while the transaction that has it is ended.
  const others = refusals.filter(({ status }) => status !== 503 && status !== 409);
  expect(others.slice(0, 3).map(({ status, text }) => `${status} ${text} ${logOf(server, text)}`)).toEqual([]);
  for (const { headers } of refusals) {
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
  }
}

function expectInTime(standstill: Standstill, answers: Answer[], returns: Return[]): void {
  const refusals = answers.filter((answer) => !isSuccess(answer) && answer.ms > 1_000);
  for (const { at, ms } of refusals) expect(standstill.running(at - ms, at)).toBeLessThan(2_000);
  for (const { back, served } of returns) expect(standstill.running(back, served)).toBeLessThan(2_000);
}

/** What the log says of the request of a problem. */
function logOf({ stderr }: ServerProcess, text: string): string | undefined {
  return stderr.split('\n').find((line) => line.includes(JSON.parse(text).instance));
}

function figures(answers: Answer[], returns: Return[]): string {
  const refusals = answers.filter(isRefusal).map(({ ms }) => ms);
  const slowest = Math.round(Math.max(0, ...refusals));
  const latest = Math.round(Math.max(...returns.map(({ back, served }) => served - back)));
  return `${returns.length} times, ${refusals.length} × 503 within ${slowest} ms, back after ${latest} ms`;
}
