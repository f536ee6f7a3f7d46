// Deletes in the background what has been kept long enough: once an hour, each replica at a moment of its own.
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { deleteExpired } from './once.ts';

const hour = 3_600_000;

/** Starts it; the function that it returns ends it. */
export function startRetention(db: Knex, log: Logger): () => void {
  let ended = false;
  const expire = () =>
    deleteExpired(db).catch((error) => {
      if (!ended) log.error({ err: error }, 'cannot delete expired results');
    });
  // Somewhere in the first minutes: also a server that never lives for an hour deletes them, and replicas take turns.
  let timer = setTimeout(again, Math.random() * (hour / 12));
  function again() {
    timer = setTimeout(again, hour);
    expire();
  }
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
