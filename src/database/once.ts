// Remembers the result of a request under its Idempotency-Key, in the transaction that does what the request asks for.
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { Problem } from '../http/problem.ts';

export interface OnceKey {
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
  { key, fingerprint }: OnceKey,
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

/** Forgets what is too old to be asked for. Returns how many results that were. */
export function forgetOld(db: Knex): Promise<number> {
  return db(table).whereRaw('created_at <= now() - ?::interval', [retention]).delete();
}

/** The claim is a lock of the transaction: it ends with it, however that comes about, on whichever replica. */
async function claim(trx: Knex, owner: string, key: string): Promise<void> {
  const lock = createHash('sha256')
    .update(JSON.stringify([owner, key]))
    .digest()
    .readBigInt64BE();
  const { rows } = await trx.raw('select pg_try_advisory_xact_lock(?) as claimed', [String(lock)]);
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
