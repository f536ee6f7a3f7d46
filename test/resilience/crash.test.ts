// The server is killed while it writes: what it has acknowledged is there, and nothing else.
import { describe, expect, inject, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { listening } from '../support/process.ts';
import { kills, report } from './settings.ts';
import { emptyDatabase, launchReplica, startReplica } from './support/replicas.ts';
import { watchStandstill } from './support/standstill.ts';
import { type Answer, startWriters } from './support/writer.ts';

describe('a server that is killed again and again', () => {
  it('loses nothing and makes nothing up on PostgreSQL', async () => {
    await survives('PostgreSQL', { DATABASE_URL: await emptyDatabase(inject('postgresUrl')) });
  });

  it('loses nothing and makes nothing up on the embedded database', async () => {
    await survives('the embedded database', { DATA_DIR: temporaryFolder() });
  });
});

async function survives(name: string, settings: Record<string, string>): Promise<void> {
  let server = await startReplica(settings);
  const standstill = watchStandstill(() => [server.child.pid]);
  const writers = startWriters(server.url, 8);
  const starts: { all: number; running: number }[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    await progress(writers.acknowledged, 20 + 10 * (kill % 5)); // not always at the same moment
    expect(await server.stop('SIGKILL')).toBe('SIGKILL');
    const begun = performance.now();
    server = launchReplica(settings);
    await listening(server);
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
    starts.push({ all: performance.now() - begun, running: standstill.running(begun) });
    writers.moveTo(server.url);
  }
  await progress(writers.acknowledged, 100);
  await writers.stop();
  expect(writers.breaches()).toEqual([]);
  expect(unexpected(writers.answers())).toEqual([]);
  expect(Math.max(...starts.map(({ running }) => running))).toBeLessThan(5_000);
  expect(await server.stop('SIGTERM')).toBe(0);
  const slowest = Math.round(Math.max(...starts.map(({ all }) => all)));
  report(`${name}: ${kills} kills, ${writers.acknowledged()} acknowledged writes, ready after at most ${slowest} ms`);
}

/** Waits until that many more writes were acknowledged. */
async function progress(acknowledged: () => number, more: number): Promise<void> {
  const goal = acknowledged() + more;
  await expect.poll(acknowledged, { timeout: 60_000, interval: 5 }).toBeGreaterThanOrEqual(goal);
}

/**
 * A key may still be held for a moment by the transaction of the process that was killed. And where PostgreSQL is too busy to
 * answer for a second, the server says so: that is 503, and never at once.
 */
function unexpected(answers: Answer[]): string[] {
  const excused = ({ status, ms }: Answer) => status < 300 || status === 409 || (status === 503 && ms > 900);
  return answers
    .filter((answer) => !excused(answer))
    .map(({ status, text, ms }) => `${status} after ${ms} ms: ${text}`);
}
