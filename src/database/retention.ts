// Forgets in the background what has been kept long enough: once an hour, each replica at a moment of its own.
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { forgetOld } from './once.ts';

const hour = 3_600_000;

/** Starts forgetting; the function that it returns ends it. */
export function keepForgetting(db: Knex, log: Logger): () => void {
  let ended = false;
  const forget = () =>
    forgetOld(db).catch((error) => {
      if (!ended) log.error({ err: error }, 'cannot forget old results');
    });
  // Somewhere in the first minutes: also a server that never lives for an hour forgets, and replicas take turns.
  let timer = setTimeout(again, Math.random() * (hour / 12));
  function again() {
    timer = setTimeout(again, hour);
    forget();
  }
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
