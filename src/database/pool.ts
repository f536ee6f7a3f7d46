// How busy the pool of connections is, for whoever watches the server.
import type { Knex } from 'knex';

export interface PoolUse {
  inUse: number;
  idle: number;
  /** Statements, batches of reads and transactions that wait for a connection. */
  waiting: number;
  /** As many connections as there may be. */
  max: number;
}

/** The pool of a Knex client (tarn), which its types leave out. */
interface Pool {
  max: number;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

/** As it is now. Nothing is in use any more when the database has been closed. */
export function poolUse(db: Knex): PoolUse {
  const pool: Pool | undefined = db.client.pool;
  return {
    inUse: pool?.numUsed() ?? 0,
    idle: pool?.numFree() ?? 0,
    waiting: pool?.numPendingAcquires() ?? 0,
    max: pool?.max ?? 0,
  };
}
