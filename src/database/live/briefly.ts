// Changes to a table that need it alone for a moment, while requests go on reading and writing it: for migrations that
// `npm run resource generate` writes.
import type { Knex } from 'knex';

/**
 * Whoever waits for a table holds up all that come after it. So nobody waits for long, and less than a request may take
 * (`connect.ts`): then those behind go first, and it is tried again.
 */
const lockTimeout = '500ms';
const attempts = 60;

/** The lock was not to be had: lock_not_available, deadlock_detected. */
const busy = new Set(['55P03', '40P01']);

/** Runs short statements in one transaction that never waits long for a lock, again and again until it has had it. */
export async function briefly(knex: Knex, work: (trx: Knex) => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await knex.transaction(async (trx) => {
        await trx.raw(`set local lock_timeout = '${lockTimeout}'`);
        await work(trx);
      });
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (attempt === attempts)
        throw new Error('a table is in use by others all the time: migrate again', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, Math.min(attempt * 100, 1_000)));
    }
  }
}

/** A connection on which it was so says it as the cause of its end (`postgres.ts`). */
function isBusy(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return busy.has(code ?? cause?.code ?? '');
}

/** Changes a table by the clauses of `alter table`, all or none. A migration may be run again: each clause must bear that. */
export function alterTable(knex: Knex, table: string, clauses: string[]): Promise<void> {
  return briefly(knex, (trx) => alter(trx, table, clauses));
}

/** The same, within a transaction of `briefly`. */
export async function alter(trx: Knex, table: string, clauses: string[]): Promise<void> {
  for (const clause of clauses) await trx.raw(`alter table ?? ${escaped(clause)}`, [table]);
}

/** Drops a table, if there is one, and the foreign keys that refer to it. */
export function dropTable(knex: Knex, table: string): Promise<void> {
  return briefly(knex, (trx) => trx.raw('drop table if exists ?? cascade', [table]));
}

/** SQL as a part of what `raw` gets, where `?` is the place of a value. */
export function escaped(sql: string): string {
  return sql.replaceAll('?', '\\?');
}
