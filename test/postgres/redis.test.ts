// Rate limits in Redis hold for all replicas together.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createClient } from 'redis';
import { expect, it } from 'vitest';
import { type Api, problemOf, startApi } from '../support/api.ts';
import { whenDone } from '../support/when-done.ts';

const settings = { REDIS_URL: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379', RATE_LIMIT_PER_MINUTE: '3' };

it('two replicas count together', async () => {
  const [one, two] = [await startApi(settings), await startApi(settings)];
  const user = `redis-${process.pid}-${Date.now()}`;
  const list = (api: typeof one) => api.request('GET', `/api/${user}/tasks`, { as: user });
  const remaining = [];
  for (const api of [one, two, one]) remaining.push((await list(api)).headers.get('ratelimit-remaining'));
  expect(remaining).toEqual(['2', '1', '0']);
  problemOf(await list(one), 429);
  problemOf(await list(two), 429);
});

it('what is counted in Redis is gone after its minute', async () => {
  const api = await startApi(settings);
  const user = `expiring-${process.pid}-${Date.now()}`;
  const redis = await createClient({ url: settings.REDIS_URL }).connect();
  let counted: string[] = [];
  await expect
    .poll(async () => {
      await api.request('GET', `/api/${user}/tasks`, { as: user });
      counted = await redis.keys(`deed:*${user}*`);
      return counted;
    })
    .toHaveLength(1);
  const left = await redis.pTTL(String(counted[0]));
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(60_000);
  redis.destroy();
});

it('a count of an earlier build goes on, and one without an end gets one', async () => {
  const api = await startApi(settings);
  const user = `earlier-${process.pid}-${Date.now()}`;
  const redis = await createClient({ url: settings.REDIS_URL }).connect();
  const remaining = async () =>
    (await api.request('GET', `/api/${user}/tasks`, { as: user })).headers.get('ratelimit-remaining');
  await expect.poll(async () => (await remaining()) !== null && redis.exists(`deed:user ${user}`)).toBe(1);
  await redis.set(`deed:user ${user}`, '1', { PX: 30_000 });
  expect(await remaining()).toBe('1');
  expect(await redis.pTTL(`deed:user ${user}`)).toBeLessThanOrEqual(30_000);
  await redis.persist(`deed:user ${user}`);
  expect(await remaining()).toBe('0');
  expect(await redis.pTTL(`deed:user ${user}`)).toBeGreaterThan(30_000);
  redis.destroy();
});

/** A way to Redis that ends, or goes silent, with a command that it is told to fail on. */
async function startWay(port = 0) {
  const redis = new URL(settings.REDIS_URL);
  const sockets = new Set<Socket>();
  let fail: (command: string) => 'cut' | 'silence' | undefined = () => undefined;
  const server = createServer((near) => {
    const far = connect(Number(redis.port), redis.hostname);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}));
    near.on('data', (command) => {
      const failure = fail(String(command));
      if (failure === 'cut') near.destroy();
      else if (failure === undefined) far.write(command);
    });
    near.on('close', () => far.destroy());
    far.pipe(near);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  whenDone(close);
  return {
    port: (server.address() as AddressInfo).port,
    close,
    failOn(when: typeof fail) {
      fail = when;
    },
  };
}

const away = 'redis is away: each replica counts for itself';
const back = 'redis is back: replicas count together';

/** What the log says of Redis. */
function saidBy(api: Api): unknown[] {
  return api.logged.map(({ msg }) => msg).filter((msg) => String(msg).startsWith('redis'));
}

it('while Redis is away a replica counts for itself, and the log says once that it is away and that it is back', async () => {
  const { port, close } = await startWay();
  close();
  const api = await startApi({ ...settings, REDIS_URL: `redis://127.0.0.1:${port}` });
  expect(saidBy(api)).toEqual([away]);
  expect(api.logged).toContainEqual(
    expect.objectContaining({ err: expect.objectContaining({ code: 'ECONNREFUSED' }) }),
  );
  const list = () => api.request('GET', '/api/alice/tasks', { as: 'alice' });
  for (const left of ['2', '1', '0']) expect((await list()).headers.get('ratelimit-remaining')).toBe(left);
  problemOf(await list(), 429);
  expect(saidBy(api)).toEqual([away]);
  await startWay(port);
  await expect.poll(async () => (await list()) && saidBy(api), { timeout: 10_000 }).toContain(back);
});

it('a password that Redis does not take is said at the start', async () => {
  const username = `deed-${process.pid}`;
  const redis = await createClient({ url: settings.REDIS_URL }).connect();
  whenDone(async () => {
    await redis.aclDelUser(username);
    redis.destroy();
  });
  await redis.aclSetUser(username, ['on', '>right', '~*', '+@all']);
  const { href } = Object.assign(new URL(settings.REDIS_URL), { username, password: 'wrong' });
  const api = await startApi({ ...settings, REDIS_URL: href });
  expect(saidBy(api)).toEqual([away]);
  const message = expect.stringContaining('WRONGPASS');
  expect(api.logged).toContainEqual(expect.objectContaining({ msg: away, err: expect.objectContaining({ message }) }));
});

it('a Redis that has lost its scripts, and then the connection once more, counts again as soon as it answers', async () => {
  const way = await startWay();
  const api = await startApi({ ...settings, REDIS_URL: `redis://127.0.0.1:${way.port}` });
  const list = () => api.request('GET', '/api/alice/tasks', { as: 'alice' });
  await list();
  const redis = await createClient({ url: settings.REDIS_URL }).connect();
  await redis.scriptFlush();
  redis.destroy();
  let commands = 0;
  way.failOn(() => {
    commands += 1;
    return commands === 2 ? 'cut' : undefined;
  });
  for (const _ of [1, 2]) await list();
  expect(saidBy(api)).toEqual([away]);
  await expect.poll(async () => (await list()) && saidBy(api), { timeout: 10_000 }).toContain(back);
});

it.each(['cut', 'silence'] as const)(
  'a server serves without a Redis that greets and then fails: %s',
  async (failure) => {
    const way = await startWay();
    way.failOn((command) => (/EVAL|SCRIPT/.test(command) ? failure : undefined));
    const api = await startApi({ ...settings, REDIS_URL: `redis://127.0.0.1:${way.port}` });
    const list = () => api.request('GET', '/api/alice/tasks', { as: 'alice' });
    for (const left of ['2', '1', '0']) expect((await list()).headers.get('ratelimit-remaining')).toBe(left);
    problemOf(await list(), 429);
    expect(saidBy(api)).toEqual([away]);
  },
);

it('a Redis that hangs is asked by one request a second at most, and the others are counted here at once', async () => {
  const way = await startWay();
  const asked: { at: number; user: string | undefined }[] = [];
  way.failOn((command) => {
    if (!/EVAL/.test(command)) return undefined;
    for (const [, user] of command.matchAll(/deed:user (\S+)/g)) asked.push({ at: performance.now(), user });
    return 'silence';
  });
  const api = await startApi({ ...settings, REDIS_URL: `redis://127.0.0.1:${way.port}` });
  const answered: string[] = [];
  const list = async (user: string) => {
    const { headers } = await api.request('GET', '/api/alice/tasks', { as: user });
    expect(headers.get('ratelimit-remaining')).toBe('2');
    answered.push(user);
  };
  await list('first'); // finds out
  for (let round = 0; asked.length < 3; round += 1) {
    await Promise.all(Array.from({ length: 10 }, (_, index) => list(`${round}-${index}`)));
  }
  const pauses = asked.slice(1).map(({ at }, index) => at - Number(asked[index]?.at));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1_000);
  for (const { user = '' } of asked.slice(1)) {
    const round = answered.filter((other) => other.split('-')[0] === user.split('-')[0]);
    expect(round.indexOf(user), 'how many did not wait for the one that asked').toBeGreaterThan(0);
  }
});

it('an address that is none of Redis stops the start', async () => {
  const start = startApi({ ...settings, REDIS_URL: 'redis://127.0.0.1:6379/abc' });
  await expect(start).rejects.toThrow(/^REDIS_URL is no address of a Redis database: /);
});
