// Three replicas behind nginx on PostgreSQL behind PgBouncer: a front end does not notice that one of them is killed.
import { afterAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { startServers } from '../consumer/conditions.ts';
import { consumerSuite } from '../consumer/suite.ts';
import type { ServerProcess } from '../support/process.ts';
import { report } from './settings.ts';
import { startNginx } from './support/nginx.ts';
import { startPgBouncer } from './support/pgbouncer.ts';
import { startRedis } from './support/redis.ts';
import { emptyDatabase, startReplica } from './support/replicas.ts';
import { startWriters } from './support/writer.ts';

const postgresUrl = inject('postgresUrl');
const bouncer = await startPgBouncer(Number(new URL(postgresUrl).port), 8); // three replicas would take 30
const redis = await startRedis();
const common = {
  DATABASE_URL: bouncer.through(await emptyDatabase(postgresUrl)),
  REDIS_URL: redis.url,
  CORS_ORIGINS: 'http://localhost:3000',
};

/** Replicas that count together: the limit is that of all three. */
function startThree(RATE_LIMIT_PER_MINUTE: string): Promise<ServerProcess[]> {
  const start = () => startReplica({ ...common, RATE_LIMIT_PER_MINUTE });
  return Promise.all([start(), start(), start()]);
}

const [healthy, limited] = [await startThree('100000'), await startThree('1')];
const { strict, broken, unreachable } = await startServers();
const urlsOf = (replicas: ServerProcess[]) => replicas.map(({ url }) => url);
const nginx = await startNginx({
  healthy: urlsOf(healthy),
  limited: urlsOf(limited),
  strict: [strict],
  broken: [broken],
  unreachable: [unreachable],
});
afterAll(async () => {
  await nginx.stop();
  await redis.stop();
  await bouncer.stop();
});

describe('while one is killed,', () => {
  let tests = 0;
  beforeEach(async () => {
    tests += 1;
    if (tests === 20) for (const [victim] of [healthy, limited]) await victim?.stop('SIGKILL');
  });

  consumerSuite('three replicas behind nginx', nginx.urls);

  it('and it is really gone', () => {
    expect(tests).toBeGreaterThan(40);
    expect([healthy, limited].map(([victim]) => victim?.child.signalCode)).toEqual(['SIGKILL', 'SIGKILL']);
  });
});

it('no write is lost or done twice while one replica after the other is killed under load', async () => {
  const replicas = await startThree('0');
  const { urls, stop } = await startNginx({ replicas: urlsOf(replicas) });
  const writers = startWriters(urls.replicas, 16);
  for (const victim of replicas.slice(1)) {
    const goal = writers.acknowledged() + 100;
    await expect.poll(writers.acknowledged, { timeout: 30_000 }).toBeGreaterThan(goal);
    await victim.stop('SIGKILL');
  }
  const goal = writers.acknowledged() + 100;
  await expect.poll(writers.acknowledged, { timeout: 30_000 }).toBeGreaterThan(goal);
  await writers.stop();
  await stop();
  expect(writers.breaches()).toEqual([]);
  const refused = writers.answers().filter(({ status }) => status >= 300);
  // 502: a POST or PATCH that the victim had. 404: a DELETE that it did, and that nginx sent to the next. 409: a key in use.
  expect(refused.filter(({ status }) => ![404, 409, 502].includes(status))).toEqual([]);
  report(
    `behind nginx: 2 of 3 replicas killed, ${refused.length} refused, ${writers.acknowledged()} acknowledged writes`,
  );
});
