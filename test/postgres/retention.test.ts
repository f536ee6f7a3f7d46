// Old results are forgotten while others are at work: held rows are passed over, replicas share the work, nobody waits.
import { expect, it } from 'vitest';
import { deleteExpired } from '../../src/database/once.ts';
import { createDatabase } from '../support/database.ts';

/** A database with so many results that are too old. */
async function withOldResults(count: number) {
  const database = await createDatabase();
  await database.db('users').insert({ id: 'alice' });
  await database.db.raw(
    `insert into idempotency_keys (user_id, key, fingerprint, result, created_at)
     select 'alice', n::text, '', '', now() - interval '25 hours' from generate_series(1, ?::int) as n`,
    [count],
  );
  return database;
}

it('a row that a running request holds is passed over, and forgotten when that has ended', async () => {
  const { db, close } = await withOldResults(2_500);
  const running = await db.transaction();
  await running('idempotency_keys').where({ user_id: 'alice', key: '7' }).forUpdate();
  expect(await deleteExpired(db)).toBe(2_499);
  expect(await db('idempotency_keys').pluck('key')).toEqual(['7']);
  await running.rollback();
  expect(await deleteExpired(db)).toBe(1);
  await close();
});

it('a row that a running request makes new is kept', async () => {
  const { db, close } = await withOldResults(1);
  const running = await db.transaction();
  await running('idempotency_keys').where({ key: '1' }).update({ created_at: running.fn.now() });
  expect(await deleteExpired(db)).toBe(0);
  await running.commit();
  expect(await deleteExpired(db)).toBe(0);
  expect(await db('idempotency_keys').pluck('key')).toEqual(['1']);
  await close();
});

it('replicas that forget at once forget each result once', async () => {
  const { db, close } = await withOldResults(5_000);
  const forgotten = await Promise.all(Array.from({ length: 5 }, () => deleteExpired(db, 100)));
  expect(forgotten.reduce((sum, count) => sum + count)).toBe(5_000);
  expect(await db('idempotency_keys')).toEqual([]);
  await close();
});
