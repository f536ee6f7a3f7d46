// The server is killed while it writes: what it has acknowledged is there, and nothing else.
import { describe, expect, inject, it } from 'vitest';
import { type ServerProcess, temporaryFolder } from '../support/process.ts';
import { kills, report } from './settings.ts';
import { emptyDatabase, startReplica } from './support/replicas.ts';
import { startWriters } from './support/writer.ts';

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
  const writers = startWriters(server.url, 8);
  const starts: number[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    await progress(writers.acknowledged, 20 + 10 * (kill % 5)); // not always at the same moment
    expect(await server.stop('SIGKILL')).toBe('SIGKILL');
    const begun = performance.now();
    server = await startReplica(settings);
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
    starts.push(performance.now() - begun);
    writers.moveTo(server.url);
  }
  await progress(writers.acknowledged, 100);
  await writers.stop();
  expect(writers.breaches()).toEqual([]);
  expect(unexpected(writers.answers())).toEqual([]);
  expect(Math.max(...starts)).toBeLessThan(5_000);
  await ends(server);
  const slowest = Math.round(Math.max(...starts));
  report(`${name}: ${kills} kills, ${writers.acknowledged()} acknowledged writes, ready after at most ${slowest} ms`);
}

/** Waits until that many more writes were acknowledged. */
async function progress(acknowledged: () => number, more: number): Promise<void> {
  const goal = acknowledged() + more;
  await expect.poll(acknowledged, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(goal);
}

/** A key may still be held for a moment by the transaction of the process that was killed. */
function unexpected(answers: { status: number; text: string }[]): string[] {
  return answers.filter(({ status }) => status >= 300 && status !== 409).map(({ status, text }) => `${status} ${text}`);
}

async function ends(server: ServerProcess): Promise<void> {
  expect(await server.stop('SIGTERM')).toBe(0);
}
