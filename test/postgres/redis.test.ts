// Rate limits in Redis hold for all replicas together.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createClient } from 'redis';
import { expect, it } from 'vitest';
import { problemOf, startApi } from '../support/api.ts';

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

it('while Redis is away a replica counts for itself, and the log says once that it is away and that it is back', async () => {
  const redis = new URL(settings.REDIS_URL);
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(Number(redis.port), redis.hostname);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}));
    near.pipe(far).pipe(near);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  proxy.close();
  const api = await startApi({ ...settings, REDIS_URL: `redis://127.0.0.1:${port}` });
  const list = () => api.request('GET', '/api/alice/tasks', { as: 'alice' });
  for (const left of ['2', '1', '0']) expect((await list()).headers.get('ratelimit-remaining')).toBe(left);
  problemOf(await list(), 429);
  const said = () => api.logged.map(({ msg }) => msg).filter((msg) => String(msg).startsWith('redis'));
  expect(said()).toEqual(['redis is away: each replica counts for itself']);
  expect(api.logged).toContainEqual(
    expect.objectContaining({ err: expect.objectContaining({ code: 'ECONNREFUSED' }) }),
  );
  proxy.listen(port, '127.0.0.1');
  await expect
    .poll(async () => (await list()) && said(), { timeout: 10_000 })
    .toContain('redis is back: replicas count together');
  for (const socket of sockets) socket.destroy();
  proxy.close();
});

it('a Redis that hangs holds up one request a second at most, and the replica counts for itself', async () => {
  const silent = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (command) => {
      if (!/EVALSHA/i.test(String(command))) socket.write('+OK\r\n'.repeat(String(command).split('*').length - 1));
    });
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const api = await startApi({ ...settings, REDIS_URL: `redis://127.0.0.1:${port}` });
  for (const left of ['2', '1', '0']) {
    const { headers } = await api.request('GET', '/api/alice/tasks', { as: 'alice' });
    expect(headers.get('ratelimit-remaining')).toBe(left);
  }
  problemOf(await api.request('GET', '/api/alice/tasks', { as: 'alice' }), 429);
  await api.stop();
  silent.close();
});

it('an address that is none of Redis stops the start', async () => {
  const start = startApi({ ...settings, REDIS_URL: 'redis://127.0.0.1:6379/abc' });
  await expect(start).rejects.toThrow(/^REDIS_URL is no address of a Redis database: /);
});
