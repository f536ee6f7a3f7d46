// What a request leaves behind in the server's memory: nothing.
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { request, tokenFor } from '../support/api.ts';
import type { ServerProcess } from '../support/process.ts';
import { report, requests } from './settings.ts';
import { emptyDatabase, startReplica } from './support/replicas.ts';

/** How often the heap is measured. */
const measurements = 12;

/**
 * By so much the heap goes up and down by itself, in bytes: code is compiled, and forgotten again. An object and a reference to
 * it take 64: with 30,000 requests one that is kept of each is noticed, with 300,000 one of every ten.
 */
const noise = 1_500_000;

const probe = fileURLToPath(new URL('support/heap-probe.ts', import.meta.url));

it('the heap does not grow with the requests that were answered', async () => {
  const url = await emptyDatabase(inject('postgresUrl'));
  const server = await startReplica({ DATABASE_URL: url }, ['--expose-gc', '--import', 'tsx', '--import', probe]);
  const callers = Array.from({ length: 8 }, (_, index) => newCaller(server.url, `user-${index}`));
  const part = Math.ceil(requests / measurements / callers.length);
  for (const warmUp of [part, part]) await Promise.all(callers.map((call) => call(warmUp)));
  const heaps: number[] = [];
  for (let measurement = 0; measurement < measurements; measurement += 1) {
    await Promise.all(callers.map((call) => call(part)));
    heaps.push(await heapOf(server));
  }
  const growth = slope(heaps) / ((part * callers.length) / 1_000);
  report(
    `heap: ${heaps.map((heap) => (heap / 1e6).toFixed(2)).join(' ')} MB, ${Math.round(growth)} bytes per 1,000 of ${requests} requests`,
  );
  expect(growth).toBeLessThan(noise / (requests / 1_000));
});

/** A user who sends so many requests more: tasks that are made, sent again, sought, changed and removed, and what is refused. */
function newCaller(url: string, user: string): (number: number) => Promise<void> {
  const headers = { Authorization: `Bearer ${tokenFor(user)}` };
  let turn = 0;
  let id = 0;
  const stories = [
    () => send('POST', '', 201, { json: { title: `Task ${turn}` }, headers: { 'Idempotency-Key': `key-${turn}` } }),
    () =>
      send('POST', '', 201, { json: { title: `Task ${turn - 1}` }, headers: { 'Idempotency-Key': `key-${turn - 1}` } }),
    () => send('GET', `?q=task%20${turn}&sort=title`, 200),
    () => send('GET', `/${id}`, 200),
    () => send('PUT', `/${id}`, 200, { json: { title: `Changed ${turn}` } }),
    () => send('PATCH', `/${id}/complete`, 200),
    () => send('PATCH', `/${id}/complete`, 412, { headers: { 'If-Match': '"1"' } }),
    () => send('DELETE', `/${id}`, 204),
    () => send('GET', `/${id}`, 404),
    () => send('POST', '', 422, { json: { title: '', [`field${turn}`]: turn } }),
    () => send('GET', `/${turn}`, 401, { headers: { Authorization: `Bearer ${turn}` } }),
    () => send('GET', `/${turn}/nothing`, 404),
  ];
  async function send(method: string, path: string, status: number, options: { json?: object; headers?: object } = {}) {
    const all = { ...options, headers: { ...headers, ...options.headers } };
    const attempt = () => request(`${url}/api/${user}/tasks${path}`, method, all);
    let reply = await attempt();
    if (![409, 503].includes(reply.status)) expect(reply.status, reply.text).toBe(status);
    // PostgreSQL may be too busy: then it is asked again, and what the first attempt did is not known.
    while ([409, 503].includes(reply.status)) reply = await attempt();
    if (status === 201) id = (reply.json as { id: number }).id;
  }
  return async (number) => {
    for (const end = turn + number; turn < end; turn += 1) await stories[turn % stories.length]?.();
  };
}

/** After a collection, in bytes. */
async function heapOf(server: ServerProcess): Promise<number> {
  const told = () => server.stderr.match(/heap \d+\n/g) ?? [];
  const before = told().length;
  server.child.kill('SIGUSR2');
  await expect.poll(() => told().length, { timeout: 30_000 }).toBeGreaterThan(before);
  return Number(told().at(-1)?.slice('heap '.length));
}

/** By how much one value is above the one before: the median of what all pairs say, which no single value can move. */
function slope(values: number[]): number {
  const slopes = values.flatMap((later, index) =>
    values.slice(0, index).map((sooner, start) => (later - sooner) / (index - start)),
  );
  return slopes.toSorted((one, other) => one - other)[Math.floor(slopes.length / 2)] ?? Number.NaN;
}
