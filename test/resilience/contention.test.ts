// Many callers at one task or one key, on several replicas: each change happens once, one after the other.
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { problemOf, type Reply, request, type Task } from '../support/api.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { ServerProcess } from '../support/process.ts';
import { execute, lock } from './support/postgres.ts';
import { emptyDatabase, startReplica } from './support/replicas.ts';

const crowd = Array.from({ length: 64 }, (_, index) => index);

type Send = (caller: number, method: string, path?: string, options?: object) => Promise<Reply>;

let users = 0;

/** A new user, and his requests; whose turn it is decides which of the replicas gets them. */
function newUser(replicas: ServerProcess[]): Send {
  users += 1;
  const user = `user-${users}`;
  return (caller, method, path = '', options = {}) => {
    const { url } = replicas[caller % replicas.length] as ServerProcess; // there is at least one
    return request(`${url}/api/${user}/tasks${path}`, method, { as: user, ...options });
  };
}

async function newTask(send: Send): Promise<number> {
  const reply = await send(0, 'POST', '', { json: { title: 'Contended' } });
  expect(reply.status).toBe(201);
  return (reply.json as Task).id;
}

const versionOf = ({ headers }: Reply) => Number.parseInt(String(headers.get('etag')).slice(1), 10);

let url: string;
let onPostgres: ServerProcess[];
let embedded: ServerProcess[];
const DATA_DIR = temporaryFolder();
beforeAll(async () => {
  url = await emptyDatabase(inject('postgresUrl'));
  const start = () => startReplica({ DATABASE_URL: url });
  onPostgres = await Promise.all([start(), start(), start()]);
  embedded = [await startReplica({ DATA_DIR })];
});

describe.each([
  ['three replicas on PostgreSQL', () => onPostgres],
  ['a server on the embedded database', () => embedded],
])('64 callers of %s', (_name, replicas) => {
  it('who toggle one task get states that alternate', async () => {
    const send = newUser(replicas());
    const id = await newTask(send);
    const replies = await Promise.all(crowd.map((caller) => send(caller, 'PATCH', `/${id}/complete`)));
    expect(replies.map(({ status }) => status)).toEqual(crowd.map(() => 200));
    const inOrder = replies.toSorted((one, other) => versionOf(one) - versionOf(other));
    expect(inOrder.map(versionOf)).toEqual(crowd.map((index) => index + 2));
    expect(inOrder.map(({ json }) => (json as Task).completed)).toEqual(crowd.map((index) => index % 2 === 0));
  });

  it('who name the same version with If-Match have one winner for each version', async () => {
    const send = newUser(replicas());
    const id = await newTask(send);
    for (let version = 1; version <= 8; version += 1) {
      const headers = { 'If-Match': `"${version}"` };
      const change = (caller: number) => send(caller, 'PUT', `/${id}`, { json: { title: `By ${caller}` }, headers });
      const replies = await Promise.all(crowd.map(change));
      const winners = replies.filter(({ status }) => status === 200);
      expect(winners.map(versionOf)).toEqual([version + 1]);
      for (const reply of replies) if (!winners.includes(reply)) problemOf(reply, 412);
      expect((await send(0, 'GET', `/${id}`)).text).toBe(winners[0]?.text);
    }
  });

  it('who send one key make one task, and learn of it', async () => {
    const send = newUser(replicas()); // of whom nobody knows yet: the first write adds him, too
    const made = new Set<string>();
    for (const burst of [crowd, crowd.slice(0, 8), crowd.slice(0, 1)]) {
      for (const reply of await Promise.all(burst.map((caller) => send(caller, 'POST', '', once)))) {
        if (reply.status === 201) made.add(reply.text);
        else expect(problemOf(reply, 409).type).toBe('/docs#idempotency-key-in-use');
      }
    }
    expect(made.size).toBe(1);
    expect((await send(1, 'GET')).json).toEqual([JSON.parse([...made][0] ?? '')]);
  });
});

const once = { json: { title: 'Once' }, headers: { 'Idempotency-Key': 'one' } };

describe('a key', () => {
  it.each([
    ['the replica is killed', async (victim: ServerProcess) => void (await victim.stop('SIGKILL'))],
    [
      'its connection is cut',
      () => execute(url, `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'`),
    ],
  ])('is free again, and its task unmade, when %s between the insert and the commit', async (_name, crash) => {
    const victim = await startReplica({ DATABASE_URL: url });
    const send = newUser([victim, ...onPostgres]);
    await newTask(send);
    // The result of the request is stored after the row of the task, in the same transaction: there it waits.
    const holder = await lock(url, 'idempotency_keys');
    const first = send(0, 'POST', '', once).catch(() => undefined);
    await expect.poll(() => holder.waiting(), { timeout: 5_000, interval: 10 }).toBe(1);
    await crash(victim);
    expect([undefined, 503]).toContain((await first)?.status);
    await holder.rollback();
    await expect.poll(async () => (await send(1, 'POST', '', once)).status, { timeout: 5_000 }).toBe(201);
    expect((await send(2, 'GET')).json).toMatchObject([{ title: 'Once' }, { title: 'Contended' }]);
  });

  it('is free again when nothing is heard any more of the replica that has it', async () => {
    const frozen = await startReplica({ DATABASE_URL: url });
    const send = newUser([frozen, ...onPostgres]);
    await newTask(send);
    const holder = await lock(url, 'idempotency_keys');
    const first = send(0, 'POST', '', once).catch(() => undefined);
    await expect.poll(() => holder.waiting(), { timeout: 5_000, interval: 10 }).toBe(1);
    // It does not even notice that its statement ends; the transaction stays open, and its connection too.
    frozen.child.kill('SIGSTOP');
    problemOf(await send(1, 'POST', '', once), 409);
    await holder.rollback();
    await expect.poll(async () => (await send(1, 'POST', '', once)).status, { timeout: 15_000 }).toBe(201);
    expect((await send(2, 'GET')).json).toMatchObject([{ title: 'Once' }, { title: 'Contended' }]);
    await frozen.stop('SIGKILL');
    expect(await first).toBeUndefined();
  });

  it('expires on all replicas after 24 hours', async () => {
    const send = newUser(onPostgres);
    const create = (caller: number) => send(caller, 'POST', '', once);
    const first = await create(0);
    expect((await create(1)).text).toBe(first.text);
    await execute(url, `update idempotency_keys set created_at = now() - interval '24 hours 1 second'`);
    const second = await create(2);
    expect(second.status).toBe(201);
    expect(second.text).not.toBe(first.text);
    expect((await create(0)).text).toBe(second.text);
  });
});
