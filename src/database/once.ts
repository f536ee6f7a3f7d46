// Remembers the result of a request under its Idempotency-Key, in the transaction that does what the request asks for.
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { Problem } from '../problem.ts';

export interface IdempotencyKey {
  /** As the caller chose it; keys of different owners have nothing to do with each other. */
  key: string;
  /** Identifies the payload. */
  fingerprint: string;
}

interface StoredResult {
  fingerprint: string;
  result: string;
}

const table = 'idempotency_keys';

/** How long a result is kept: PostgreSQL's `interval`. */
const retention = '24 hours';

/** Runs `work` unless its result is stored already. Must be called in a transaction. */
export async function once<Result extends object>(
  trx: Knex,
  owner: string,
  { key, fingerprint }: IdempotencyKey,
  work: () => Promise<Result>,
): Promise<Result> {
  await claim(trx, owner, key);
  const stored = await trx(table)
    .where({ user_id: owner, key })
    .whereRaw('created_at > now() - ?::interval', [retention])
    .first<StoredResult | undefined>('fingerprint', 'result');
  if (stored !== undefined) return replay(stored, fingerprint);
  const result = await work();
  await trx(table)
    .insert({ user_id: owner, key, fingerprint, result: JSON.stringify(result), created_at: trx.fn.now() })
    .onConflict(['user_id', 'key'])
    .merge();
  return result;
}

/**
 * Deletes what is too old to be asked for, a batch a statement, so that nobody waits for long: neither for the rows, nor for
 * the one connection of an embedded database. Rows that another replica or a running request holds are passed over. Returns how
 * many results were deleted.
 */
export async function deleteExpired(db: Knex, batch = 1_000): Promise<number> {
  for (let deleted = 0; ; ) {
    const { rows } = await db.raw(deleteBatch, [retention, batch]);
    deleted += rows[0].deleted;
    if (rows[0].deleted < batch) return deleted;
  }
}

/**
 * A transaction whose replica is gone without a word (a network that is cut) holds its claim no longer than this: the server ends
 * it by itself. In force until the end of the transaction.
 */
const bounds = `
  set_config('statement_timeout', '2s', true), set_config('idle_in_transaction_session_timeout', '5s', true)`;

// The rows are chosen in a `with`, which is evaluated once; a subquery with a limit might be evaluated again for each row.
const deleteBatch = `
  with old as (
    select user_id, key from ${table} where created_at <= now() - ?::interval
    order by created_at limit ? for update skip locked
  ), gone as (
    delete from ${table} using old where ${table}.user_id = old.user_id and ${table}.key = old.key returning 1
  )
  select count(*) as deleted from gone`;

/** The claim is a lock of the transaction: it ends with it, however that comes about, on whichever replica. */
async function claim(trx: Knex, owner: string, key: string): Promise<void> {
  const lock = createHash('sha256')
    .update(JSON.stringify([owner, key]))
    .digest()
    .readBigInt64BE();
  const { rows } = await trx.raw(`select pg_try_advisory_xact_lock(?) as claimed, ${bounds}`, [String(lock)]);
  if (rows[0].claimed) return;
  throw new Problem('IdempotencyKeyInUse', 'A request with this Idempotency-Key is still running.', {
    headers: { 'Retry-After': '1' },
  });
}

function replay<Result>({ fingerprint, result }: StoredResult, expected: string): Result {
  if (fingerprint === expected) return JSON.parse(result); // stored by `once` for the same payload: a Result
  const message = 'was sent with another payload before';
  throw new Problem('UnprocessableContent', `The Idempotency-Key ${message}.`, {
    errors: [{ header: 'Idempotency-Key', message, code: 'reused' }],
  });
}
