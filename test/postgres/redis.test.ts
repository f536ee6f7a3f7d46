// Rate limits in Redis hold for all replicas together.
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
