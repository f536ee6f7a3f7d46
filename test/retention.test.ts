// Old results are forgotten without being asked: soon after the start, then every hour, and after a failure all the same.
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startRetention } from '../src/database/retention.ts';
import { createDatabase } from './support/database.ts';

const minute = 60_000;

it('it begins within five minutes, goes on every hour, survives a failure and ends when told to', async () => {
  const { db, close } = await createDatabase();
  const logged: string[] = [];
  const log = pino({}, { write: (line) => void logged.push(JSON.parse(line).msg) });
  let rounds = 0;
  db.on('query', () => {
    rounds += 1;
  });
  await db.schema.renameTable('idempotency_keys', 'away');
  rounds = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const end = startRetention(db, log);
  vi.advanceTimersByTime(5 * minute);
  await expect.poll(() => [rounds, logged]).toEqual([1, ['cannot delete expired results']]);
  await db.schema.renameTable('away', 'idempotency_keys');
  rounds = 0;
  vi.advanceTimersByTime(120 * minute);
  await expect.poll(() => rounds).toBe(2);
  end();
  vi.advanceTimersByTime(120 * minute);
  vi.useRealTimers();
  await db.raw('select 1'); // whatever was sent before has been counted
  expect([rounds, logged.length]).toEqual([3, 1]);
  await close();
});
